// The address of a state: `#face?family=beta-vae&beta=5&face=smile`. A part that has its first value is left out.

import { FIRST } from "./store.js";

/** @typedef {import("./store.js").State} State */

/** @type {import("./store.js").Tab[]} */
export const TABS = ["face", "sample", "explore", "compare", "morph", "models"];
const UNSHARED = ["photo", "edited", "linked", "second"]; // faces that no address brings back
const LARGEST_SEED = 4294967295;

// the parts that each tab's address has
/** @type {Record<import("./store.js").Tab, (keyof State)[]>} */
const PARTS = {
  face: ["face", "family", "beta"],
  sample: ["face", "seed"],
  explore: ["face", "model"],
  compare: ["face", "feature"],
  morph: ["face"],
  models: ["part"],
};

/**
 * Write the address of a state. A photograph is in no address: it stays in the browser.
 *
 * @param {State} state
 */
export function writeAddress(state) {
  const query = new URLSearchParams();
  for (const part of PARTS[state.tab]) {
    const value = state[part];
    if (value === FIRST[part] || UNSHARED.includes(String(value))) continue;
    query.set(part, value === null ? "ae" : String(value));
  }
  const text = query.toString().replaceAll("%3A", ":");
  return `#${state.tab}${text && "?"}${text}`;
}

/**
 * Read an address; parts that make no sense are left out. An address without a tab changes nothing.
 *
 * @param {string} hash
 * @returns {Partial<State>}
 */
export function readAddress(hash) {
  const old = readOldLink(hash);
  if (old) return { tab: "explore", model: old.model };
  const [tab, text = ""] = hash.replace(/^#/, "").split("?");
  if (!TABS.includes(/** @type {any} */ (tab))) return {};
  const query = new URLSearchParams(text);
  /** @type {Partial<State>} */
  const state = { tab: /** @type {State["tab"]} */ (tab) };
  for (const part of PARTS[state.tab ?? "face"]) {
    const value = query.get(part);
    Object.assign(state, value === null ? {} : readPart(part, value));
  }
  return state;
}

/**
 * @param {keyof State} part
 * @param {string} value
 * @returns {Partial<State>}
 */
function readPart(part, value) {
  if (part === "beta") {
    if (value === "ae") return { beta: null };
    const beta = Number(value);
    return Number.isFinite(beta) && beta >= 1 ? { beta } : {};
  }
  if (part === "family") return value === "beta-vae" || value === "beta-tcvae" ? { family: value } : {};
  if (part === "seed") {
    const seed = Number(value);
    return Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED ? { seed } : {};
  }
  return /^[\w .:-]{1,80}$/.test(value) ? { [part]: value } : {};
}

/**
 * Read a link of the earlier page, "#explore=vae:0.12,-1.5,...": a model and a code. Null for any other address.
 *
 * @param {string} hash
 * @returns {{model: string, code: number[]} | null}
 */
export function readOldLink(hash) {
  const parts = /^#explore=([^:]+):([-\d.,e]+)$/.exec(hash);
  if (!parts) return null;
  const code = parts[2].split(",").map(Number);
  return code.every(Number.isFinite) ? { model: decodeURIComponent(parts[1]), code } : null;
}

/**
 * Write the link of a code that somebody chose to share.
 *
 * @param {string} model
 * @param {ArrayLike<number>} code
 */
export function writeCodeLink(model, code) {
  const numbers = Array.from(code, (value) => String(Number(value.toFixed(3))));
  return `#explore=${encodeURIComponent(model)}:${numbers.join(",")}`;
}
