// "Whose is whose?": four faces and what the last model of a family keeps of them, to be matched.

import { make } from "../dom.js";
import { loadStyle } from "../parts/style.js";
import { findLadders } from "../whose/cast.js";
import { Game } from "../whose/game.js";
import { ERRORS } from "../words/face.js";

/** @param {HTMLElement} root @param {import("../page.js").Page} page */
export async function build(root, page) {
  const ladders = findLadders(page.faces.models);
  if (!ladders.size) {
    root.append(make("p", { className: "problem" }, page.faces.models.length ? ERRORS.noFamily : ERRORS.drawings));
    return {};
  }
  await loadStyle("whose/whose.css");
  const game = new Game(root, page, ladders);
  return { show: () => game.enter() };
}
