// The page's state, in one store. What it holds is plain; the address mirrors it.

/**
 * @typedef {"face" | "sample" | "explore" | "compare" | "morph" | "models"} Tab
 * @typedef {"beta-vae" | "beta-tcvae"} Family
 *
 * @typedef {object} State
 * @property {Tab} tab
 * @property {string} face "smile" and the like: an example; "random:SEED"; "photo"; "sampled:MODEL:SEED:ROW"
 * @property {Family} family of the slider
 * @property {number | null} beta place on the slider; null: the AE
 * @property {number} seed of Sample's random numbers
 * @property {string} model chosen in Explore
 * @property {string} feature chosen in Compare
 * @property {string} part of Models to go to, once
 *
 * @typedef {(state: State, before: State) => void} Listener
 *
 * @typedef {object} Store
 * @property {() => State} get
 * @property {(change: Partial<State>) => void} set Tell every listener, unless nothing changes
 * @property {(listener: Listener, keys?: (keyof State)[]) => () => void} listen Call the listener when one of these
 *   keys changes, by default any; returns a function that ends it
 */

/** @type {State} */
export const FIRST = {
  tab: "face",
  face: "smile",
  family: "beta-vae",
  beta: 1,
  seed: 7,
  model: "vae",
  feature: "blond hair",
  part: "",
};

/**
 * @param {State} [first]
 * @returns {Store}
 */
export function createStore(first = FIRST) {
  let state = { ...first };
  /** @type {Set<{listener: Listener, keys: (keyof State)[] | undefined}>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(change) {
      const before = state;
      const after = { ...state, ...change };
      const changed = /** @type {(keyof State)[]} */ (Object.keys(change)).filter((key) => after[key] !== before[key]);
      if (!changed.length) return;
      state = after;
      for (const { listener, keys } of [...listeners]) {
        if (!keys || keys.some((key) => changed.includes(key))) listener(state, before);
      }
    },
    listen(listener, keys) {
      const entry = { listener, keys };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
