// The formula of every step, after the report, and what its symbols mean. KL is the report's D.

import { MATHS, REPORT } from "../words/tour.js";
import { formula, m, space, sub, sup } from "./mathml.js";

/**
 * @typedef {import("./mathml.js").Piece} Piece
 * @typedef {import("./mathml.js").Term} Term
 * @typedef {import("./steps.js").StepName} StepName
 */

const xi = () => sub("x", "i");
const fi = () => m("mrow", sub("f", sub("θ", "1")), "(", xi(), ")");
const expect = () => sub("E", "z∼q");
/** @param {Piece[]} inside */
const mean = (...inside) => m("mrow", expect(), "[", ...inside, "]");
const rebuilt = () => m("mrow", "−", sup("‖x−g(z)‖", "2"));
const likelihood = () => mean("log p(x|z)");
const answer = () => m("mrow", "KL(", "q(z|x)", "∥", "p(z)", ")");
const product = () => m("mrow", sub("∏", "j"), "q(", sub("z", "j"), ")");

/** @type {Record<StepName, () => Term[]>} */
const FORMULAS = {
  squeeze: () => [
    { term: "", pieces: ["L(", sub("θ", "1"), ",", sub("θ", "2"), ")", "="] },
    {
      term: "error",
      pieces: [
        m("mfrac", "1", "n"),
        m("msubsup", "∑", "i=1", "n"),
        sup(m("mrow", "(", xi(), "−", sub("g", sub("θ", "2")), "(", fi(), ")", ")"), "2"),
      ],
    },
  ],
  dream: () => [
    { term: "error", pieces: [mean(rebuilt())] },
    { sign: "−", term: "information", pieces: ["KL(", "N(μ(x),Σ(x))", "∥", "N(0,I)", ")"] },
  ],
  pay: () => [
    { term: "error", pieces: [likelihood()] },
    { sign: "−", term: "information", pieces: ["β", space(), answer()] },
  ],
  dials: () => [
    { term: "error", pieces: [likelihood()] },
    { sign: "−", term: "information", pieces: [answer()] },
    { sign: "−", term: "overlap", pieces: ["(β−1)", space(), "KL(", "q(z)", "∥", product(), ")"] },
  ],
  trade: () => [
    { term: "", pieces: ["log p(x)", "≥", "ELBO", "="] },
    { term: "error", pieces: [likelihood()] },
    { sign: "−", term: "information", pieces: [answer()] },
  ],
};

/** @type {Record<StepName, string[][]>} */
export const SYMBOLS = {
  squeeze: [["x_i"], ["f", "g"], ["θ_1", "θ_2"], ["f(x_i)"], ["g(f(x_i))"], ["(…)^2"], ["L"]],
  dream: [["q=N(μ(x),Σ(x))"], ["E_z∼q"], ["‖x−g(z)‖^2"], ["KL"], ["g(z)"]],
  pay: [["p(x|z)"], ["q(z|x)"], ["p(z)"], ["KL"], ["E_z∼q"], ["β"]],
  dials: [["q(z)"], ["q(z_j)"], ["∏_j q(z_j)"], ["KL"], ["β−1"]],
  trade: [["p(x)"], ["E_z∼q[log p(x|z)]"], ["KL"]],
};

/**
 * Make a symbol of the list: "_" and "^" set the next sign, or the one that ends the text, as an index or a power.
 *
 * @param {string} text
 * @returns {Element}
 */
function symbol(text) {
  const parts = text.split(/(\S[_^](?:z∼q|\S))/u).filter(Boolean);
  const pieces = parts.map((part) => {
    const [, base, mark, index] = /^(\S)([_^])(\S+)$/u.exec(part) ?? [];
    return base ? (mark === "_" ? sub : sup)(base, index) : part;
  });
  return m("math", ...pieces);
}

/**
 * Build the maths of a step: the formula, where the report has it, and its symbols.
 *
 * @param {StepName} name
 * @param {(text: string, tag: string) => HTMLElement} say make an element with a text
 */
export function buildMaths(name, say) {
  const { spoken, section, symbols } = MATHS[name];
  const list = document.createElement("dl");
  list.className = "symbols";
  for (const [i, meaning] of symbols.entries()) {
    const sign = say("", "dt");
    for (const [j, text] of SYMBOLS[name][i].entries()) sign.append(...(j ? [", "] : []), symbol(text));
    const line = document.createElement("div");
    line.append(sign, say(meaning, "dd"));
    list.append(line);
  }
  return [formula(spoken, FORMULAS[name]()), say(REPORT(section), "p"), list];
}
