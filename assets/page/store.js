// The page's state, in one store. What it holds is plain; the address mirrors it.

/**
 * @typedef {"face" | "sample" | "explore" | "compare" | "morph" | "models" | "tour" | "whose"} Tab "tour" and "whose"
 *   are views that have a panel and no tab
 * @typedef {"beta-vae" | "beta-tcvae"} Family
 *
 * @typedef {object} State
 * @property {Tab} tab
 * @property {string} face "smile" and the like: an example; "random:SEED"; "photo"; "sampled:MODEL:SEED:ROW"; "shared"
 * @property {string} code codes of the shared face, as share/codes.js writes them
 * @property {number} noise added to the face: standard deviation of a colour value
 * @property {string} family of the slider, a Family; or the name of a network of every beta
 * @property {number | null} beta place on the slider; null: the AE
 * @property {number} seed of Sample's random numbers
 * @property {"standard" | "fitted"} source of Sample's codes
 * @property {number} temperature factor on Sample's random numbers
 * @property {number} count of Sample's faces a model
 * @property {string} model chosen in Explore and Morph
 * @property {"features" | "numbers" | "map"} way of changing a code that Explore shows
 * @property {string} features that Explore has moved, "smiling:1.5,..."
 * @property {string} numbers of codes that Explore has moved, "vae:3:0.81,17:-1.2,ae:...": model, index, value
 * @property {string} feature chosen in Compare
 * @property {string} second face of Morph, an id like that of the face
 * @property {"straight" | "arc"} path of Morph
 * @property {number} at which share of its way Morph is
 * @property {string} part of Models to go to, once
 * @property {number} step of the tour, from 1; 0: the one where the visitor left it
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
  code: "",
  noise: 0,
  family: "beta-vae",
  beta: 1,
  seed: 7,
  source: "standard",
  temperature: 1,
  count: 6,
  model: "vae",
  way: "features",
  features: "",
  numbers: "",
  feature: "blond hair",
  second: "glasses",
  path: "straight",
  at: 0.5,
  part: "",
  step: 0,
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
