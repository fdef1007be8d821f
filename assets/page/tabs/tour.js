// The tour of two minutes: five steps, each with a picture, a control, and its maths on a click.

import { make } from "../dom.js";
import { loadStyle } from "../parts/style.js";
import { gatherFacts } from "../tour/facts.js";
import { Tour } from "../tour/view.js";
import { TOUR } from "../words/tour.js";

/**
 * @param {HTMLElement} root
 * @param {import("../page.js").Page} page
 * @returns {Promise<import("../page.js").Tab>}
 */
export async function build(root, page) {
  await loadStyle("tour/tour.css");
  const facts = gatherFacts(page.faces.models, page.records.features);
  if (!facts) {
    root.append(make("p", { className: "problem" }, TOUR.noModels));
    return {};
  }
  const tour = new Tour(root, page, facts);
  return { show: () => tour.show() };
}
