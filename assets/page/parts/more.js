// Under the opening tab: how typical this picture is, what to take away, the scale of beta, and the way to the game.

import { draw, make } from "../dom.js";
import { GAME, TYPICAL } from "../words/face.js";
import { termButton } from "./card.js";
import { buildDownloads } from "./downloads.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../../engine/types.js").Typicality} Typicality
 * @typedef {import("../../engine/types.js").Standing} Standing
 */

const [WIDTH, HEIGHT, BARS] = [320, 64, 32];
const EXTREME = 0.99; // share of the photographs beyond which a picture is an exception
const RARE = 0.95; // share of the photographs beyond which a score is called rare

/** @param {HTMLElement} root @param {Page} page */
export function buildMore(root, page) {
  const typical = make("section", { className: "typicality", "aria-label": TYPICAL.title });
  root.replaceChildren(typical, buildDownloads(page), inviteToGame());
  const model = page.faces.models.find(({ typicality }) => typicality);
  typical.hidden = !model;
  if (!model) return;
  const begin = make("button", { type: "button", className: "plain" }, TYPICAL.begin);
  const clear = () => typical.replaceChildren(make("h2", {}, TYPICAL.title), begin);
  begin.addEventListener("click", async () => {
    const face = page.faces.current;
    if (!face) return;
    begin.disabled = true;
    begin.textContent = TYPICAL.busy;
    try {
      const scores = await page.engine.typicality(face.crop, { noise: page.faces.noise });
      if (scores && face === page.faces.current)
        typical.replaceChildren(
          make("h2", {}, TYPICAL.title),
          ...describe(scores, /** @type {any} */ (model.typicality)),
        );
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      if (name !== "AbortError") begin.after(make("p", { className: "problem" }, message));
    }
    begin.disabled = false;
    begin.textContent = TYPICAL.begin;
  });
  page.faces.addEventListener("face", clear);
  clear();
}

function inviteToGame() {
  const play = make("a", { className: "plain", href: "#whose" }, GAME.play);
  const about = make("p", { className: "note" }, GAME.about);
  return make("section", { "aria-label": GAME.title }, make("h2", {}, GAME.title), play, about);
}

/**
 * Return the verdict's key in TYPICAL.
 *
 * @param {Typicality} scores
 */
export function judge({ negativeElbo, unexplained }) {
  if (negativeElbo.shareBelow > EXTREME) return "hard";
  if (unexplained.shareBelow > EXTREME) return "little";
  if (negativeElbo.shareBelow < 1 - EXTREME) return "smooth";
  return Math.max(negativeElbo.shareBelow, unexplained.shareBelow) > RARE ? "rare" : "many";
}

/** @param {Typicality} scores @param {import("../../engine/types.js").Typical & {celeba: boolean}} reference */
function describe(scores, reference) {
  const verdict = TYPICAL[judge(scores)](100 * EXTREME);
  const sentence = reference.celeba ? verdict : verdict.replaceAll("CelebA’s photographs", TYPICAL.other);
  return [
    make("p", {}, sentence),
    make(
      "div",
      { className: "pair" },
      histogram(
        scores.negativeElbo,
        reference.quantiles.negative_elbo,
        TYPICAL.elbo(scores.negativeElbo.value),
        TYPICAL.ends[0],
        "negativeElbo",
      ),
      histogram(
        scores.unexplained,
        reference.quantiles.unexplained_variance,
        TYPICAL.unexplained(scores.unexplained.value),
        TYPICAL.ends[1],
        "unexplained",
      ),
    ),
    make("p", { className: "note" }, TYPICAL.about),
  ];
}

/** @param {Standing} standing @param {number[]} quantiles @param {string} title @param {string[]} ends @param {string} term */
function histogram(standing, quantiles, title, ends, term) {
  const [low, high] = [quantiles[1], quantiles[quantiles.length - 2]]; // the outermost hundredths would squeeze all others
  const margin = 0.12 * (high - low);
  const x = (/** @type {number} */ value) =>
    Math.min(0.99, Math.max(0.01, (value - low + margin) / (high - low + 2 * margin))) * WIDTH;
  const edges = Array.from({ length: BARS + 1 }, (_, i) => low + ((high - low) * i) / BARS);
  const counts = edges.slice(1).map((edge, i) => shareBelow(edge, quantiles) - shareBelow(edges[i], quantiles));
  const most = Math.max(...counts);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title, class: "histogram" });
  for (const [i, count] of counts.entries()) {
    const h = (HEIGHT * count) / most;
    svg.append(
      draw("rect", {
        x: x(edges[i]) + 0.5,
        width: Math.max(1, x(edges[i + 1]) - x(edges[i]) - 1),
        y: HEIGHT - h,
        height: h,
      }),
    );
  }
  svg.append(draw("line", { x1: x(standing.value), x2: x(standing.value), y1: 0, y2: HEIGHT }));
  return make(
    "figure",
    {},
    make("figcaption", {}, termButton(term, title)),
    svg,
    make("p", { className: "slider-ends" }, make("span", {}, ends[0]), make("span", {}, ends[1])),
  );
}

/** @param {number} value @param {number[]} quantiles ascending */
function shareBelow(value, quantiles) {
  const above = quantiles.findIndex((one) => one > value);
  if (above <= 0) return above < 0 ? 1 : 0;
  const [a, b] = [quantiles[above - 1], quantiles[above]];
  return (above - 1 + (value - a) / (b - a)) / (quantiles.length - 1);
}
