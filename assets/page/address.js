// The address of a state: `#face?family=beta-vae&beta=5&face=smile`. A part that has its first value is left out.

import { FIRST } from "./store.js";

/** @typedef {import("./store.js").State} State */

/** @type {import("./store.js").Tab[]} */
export const TABS = ["face", "sample", "explore", "compare", "morph", "models"];
/** @type {import("./store.js").Tab[]} */
export const VIEWS = [...TABS, "tour", "whose"]; // everything that has a panel
export const TOUR_STEPS = 5;
const UNSHARED = ["photo", "live", "edited", "second", "shared"]; // faces that no id brings back
const LARGEST_SEED = 4294967295;
const LONGEST = 4000; // characters of a list of sliders or codes

/** @type {string[]} names of networks of every beta: a slider's family, and with a beta of their own wherever they are chosen */
const dials = [];

/** Let addresses name networks of every beta. @param {string[]} names */
export function addDials(names) {
  dials.push(...names);
}

// the parts that each view's address has; that of a step of the tour is written "#tour=3"
/** @type {Record<import("./store.js").Tab, (keyof State)[]>} */
const PARTS = {
  face: ["face", "code", "noise", "family", "beta"],
  sample: ["face", "code", "seed", "source", "temperature", "count"],
  explore: ["face", "code", "noise", "model", "way", "features", "numbers"],
  compare: ["face", "code", "noise", "feature"],
  morph: ["face", "code", "noise", "model", "second", "path", "at"],
  models: ["part"],
  tour: [],
  whose: ["family", "seed"],
};

/** List the parts of a view's address. @param {import("./store.js").Tab} tab @param {string} [model] that is chosen there */
function partsOf(tab, model = "") {
  return dials.includes(model) && PARTS[tab].includes("model")
    ? [...PARTS[tab], /** @type {const} */ ("beta")]
    : PARTS[tab];
}

/** @param {number} least @param {number} most @returns {(text: string) => number | undefined} */
const numberBetween = (least, most) => (text) => {
  const value = Number(text);
  return text.trim() && value >= least && value <= most ? value : undefined;
};

/** @param {number} least @param {number} most @returns {(text: string) => number | undefined} */
const wholeIn = (least, most) => (text) => (/^\d+$/.test(text) ? numberBetween(least, most)(text) : undefined);

/** @param {string[]} choices */
const oneOf = (choices) => (/** @type {string} */ text) => (choices.includes(text) ? text : undefined);

/** @param {RegExp} form @param {number} [longest] */
const like =
  (form, longest = 80) =>
  (/** @type {string} */ text) =>
    text.length <= longest && form.test(text) ? text : undefined;

const NAME = like(/^[\w .:-]+$/);
const AMOUNT = "-?\\d{1,4}(\\.\\d{1,6})?";

// how the text of a part is read: undefined where it makes no sense
/** @type {Partial<Record<keyof State, (text: string) => unknown>>} */
const READERS = {
  face: (text) => (isInAddress(text) ? NAME(text) : undefined),
  second: (text) => (isInAddress(text) ? NAME(text) : undefined),
  beta: (text) => (text === "ae" ? null : numberBetween(1, 1e6)(text)),
  family: (text) => oneOf(["beta-vae", "beta-tcvae", ...dials])(text),
  noise: numberBetween(0, 0.5),
  seed: wholeIn(0, LARGEST_SEED),
  source: oneOf(["standard", "fitted"]),
  temperature: numberBetween(0.3, 2),
  count: wholeIn(1, 36),
  way: oneOf(["features", "numbers", "map"]),
  features: like(new RegExp(`^[\\w -]+:${AMOUNT}(,[\\w -]+:${AMOUNT})*$`), LONGEST),
  numbers: like(new RegExp(`^[\\w.-]+:\\d+:${AMOUNT}(,([\\w.-]+:)?\\d+:${AMOUNT})*$`), LONGEST),
  path: oneOf(["straight", "arc"]),
  at: numberBetween(0, 1),
  code: like(/^[\w.:,*-]+$/, LONGEST),
};

/** Tell whether the address brings a face back: not a photograph, nor one that was made from it. @param {string} face */
export const isInAddress = (face) => !UNSHARED.includes(face);

/** Tell whether the address of a view has the face. @param {import("./store.js").Tab} tab */
export const hasFace = (tab) => PARTS[tab].includes("face");

/**
 * Write the address of a state. Neither a photograph nor its code is in it: they stay in the browser.
 *
 * @param {State} state
 */
export function writeAddress(state) {
  if (state.tab === "tour" && state.step) return `#tour=${state.step}`;
  const query = new URLSearchParams();
  for (const part of partsOf(state.tab, state.model)) {
    const value = state[part];
    if (value !== FIRST[part] && isOpen(state, part)) query.set(part, writePart(value));
  }
  const text = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return `#${state.tab}${text && "?"}${text}`;
}

/** @param {State} state @param {keyof State} part */
function isOpen({ face, second }, part) {
  if (part === "face") return isInAddress(face);
  if (part === "second") return isInAddress(second);
  if (part === "code") return face === "shared"; // came with a link
  return isInAddress(face) || face === "shared" || !["features", "numbers"].includes(part); // numbers of a photo's code
}

/** @param {State[keyof State]} value */
function writePart(value) {
  if (value === null) return "ae";
  return String(typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value);
}

/**
 * Read an address; parts that make no sense are left out. An address without a tab changes nothing.
 *
 * @param {string} hash
 * @returns {Partial<State>}
 */
export function readAddress(hash) {
  if (hash.startsWith("#explore=")) return readOldLink(hash);
  if (/^#tour\b/.test(hash)) return readTour(hash);
  const [tab, text = ""] = hash.replace(/^#/, "").split("?");
  if (!VIEWS.includes(/** @type {any} */ (tab))) return {};
  const query = new URLSearchParams(text);
  /** @type {Partial<State>} */
  const state = { tab: /** @type {State["tab"]} */ (tab) };
  for (const part of partsOf(state.tab ?? "face", query.get("model") ?? "")) {
    const text = query.get(part);
    const value = text === null ? undefined : (READERS[part] ?? NAME)(text);
    if (value !== undefined) Object.assign(state, { [part]: value });
  }
  return state.code ? { ...state, face: "shared" } : state;
}

/**
 * Read "#tour=3", or "#tour", which goes on where the visitor left the tour.
 *
 * @param {string} hash
 * @returns {Partial<State>}
 */
function readTour(hash) {
  const [, text] = /^#tour(?:=(\d+))?$/.exec(hash) ?? [];
  const step = Number(text ?? 0);
  return step >= 1 && step <= TOUR_STEPS ? { tab: "tour", step } : { tab: "tour" };
}

/**
 * Tell whether a change of the state is a new entry of the browser's history, so that Back takes it back.
 *
 * @param {State} before
 * @param {State} after
 */
export function opensEntry(before, after) {
  if (before.tab !== after.tab) return true;
  return after.tab === "tour" && before.step > 0 && before.step !== after.step;
}

/**
 * Read a link with all that it leaves out: whoever opens it in a page that is in use shall see what was shared.
 *
 * @param {string} hash
 * @returns {Partial<State>}
 */
export function readLink(hash) {
  const asked = readAddress(hash);
  const left = partsOf(asked.tab ?? FIRST.tab, asked.model).map((part) => [part, FIRST[part]]);
  return { tab: FIRST.tab, ...Object.fromEntries(left), ...asked };
}

/**
 * Read a link of the earlier page, "#explore=vae:0.12,-1.5,...": a model and its code.
 *
 * @param {string} hash
 * @returns {Partial<State>}
 */
function readOldLink(hash) {
  const [, model, numbers] = /^#explore=([\w.-]{1,80}):([-\d.,e]+)$/.exec(hash) ?? [];
  if (!model || !numbers.split(",").every((text) => text && Number.isFinite(Number(text)))) return {};
  return { tab: "explore", model, face: "shared", code: `${model}:${numbers.replaceAll(",", "*")}` };
}
