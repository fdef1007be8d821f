// Style sheets of views that are not on the first screen: each is fetched when its view is opened.

import { ERRORS } from "../words/page.js";

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * Add a style sheet once, and resolve when it applies. One that failed is fetched again by the next call.
 *
 * @param {string} path below the folder of the page: "tour/tour.css"
 * @returns {Promise<void>}
 */
export function loadStyle(path) {
  const known = sheets.get(path);
  if (known) return known;
  const link = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href: new URL(`page/${path}`, document.baseURI).href,
  });
  /** @type {Promise<void>} */
  const sheet = new Promise((done, fail) => {
    link.addEventListener("load", () => done());
    link.addEventListener("error", () => {
      sheets.delete(path);
      link.remove();
      fail(new Error(ERRORS.noTab));
    });
  });
  sheets.set(path, sheet);
  document.head.append(link);
  return sheet;
}
