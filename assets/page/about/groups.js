// Whom the models serve worse: the check on other faces, by group, as bars.

import { make } from "../dom.js";
import { GROUPS } from "../words/models.js";
import { number } from "../words/page.js";
import { findExtremes } from "./record.js";

/** @typedef {import("./record.js").Groups} Groups */

/** @param {Groups} groups */
export function buildGroups(groups) {
  const checked = Object.entries(groups.unexplained);
  const worst = new Set(checked.map(([, shares]) => findExtremes(shares).worst[0]));
  const sentences = checked.map(([title, shares]) => {
    const { worst: most, best } = findExtremes(shares);
    return GROUPS.compare(title, most, best);
  });
  const first = worst.size === 1 ? [make("p", { className: "lead" }, GROUPS.worst([...worst][0]))] : [];
  const words = make(
    "div",
    {},
    ...first,
    make("p", {}, sentences.join(" ")),
    make("p", {}, GROUPS.why),
    make("p", { className: "note" }, GROUPS.source(groups)),
  );
  const charts = make(
    "div",
    { className: "group-charts" },
    ...checked.map(([title, shares]) => buildChart(title, shares)),
  );
  return make(
    "div",
    { className: "groups-check" },
    words,
    make("figure", {}, make("figcaption", { className: "note" }, GROUPS.chart), charts),
  );
}

/** @param {string} title @param {Record<string, number>} shares */
function buildChart(title, shares) {
  const rows = Object.entries(shares).map(([label, share]) => {
    const bar = make("span", { className: "bar-of" }, make("i"));
    bar.style.setProperty("--share", String(share));
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, label),
      make("td", {}, bar),
      make("td", { className: "value" }, number(share, 2)),
    );
  });
  const family = title.startsWith("β-TCVAE")
    ? "beta-tcvae"
    : title.startsWith("β-VAE")
      ? "beta-vae"
      : title === "AE"
        ? "ae"
        : "vae";
  return make("table", { className: `group-chart ${family}` }, make("caption", {}, title), make("tbody", {}, ...rows));
}
