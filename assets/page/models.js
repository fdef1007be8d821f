// The models of the page, as records/models.json describes them.

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {string} title
 * @property {string} family "ae", "vae", "beta-vae", "beta-tcvae"
 * @property {number | null} beta null: an AE
 * @property {string[]} differs what else than beta tells it from others of its kind
 * @property {boolean} stochastic
 * @property {number} latents
 * @property {number} channels
 * @property {string | null} encoder
 * @property {string | null} decoder
 * @property {string | null} densities
 * @property {string | null} film
 * @property {(import("../engine/types.js").Typical & {celeba: boolean}) | null} typicality
 * @property {number | null} error mean over the validation faces
 * @property {number | null} information nats, mean over the validation faces
 * @property {number[]} order numbers of the code, the strongest first
 * @property {(number | null)[]} strengths in that order
 * @property {number} inUse
 * @property {number[]} used numbers that are in use
 * @property {number | null} found features that a probe finds in the code, of all labels
 * @property {string[]} kept offered features that it finds
 * @property {string} price sentence
 * @property {string} sentence what is kept and what fades; "" where the records support none
 *
 * @typedef {import("./dial/types.js").Dial} Dial
 * @typedef {import("./dial/types.js").Curve} Curve
 *
 * @typedef {{key: string, name: string, low: string, high: string}} Feature
 * @typedef {{features: Feature[], models: Model[], dials: Dial[], facts: import("./parts/facts.js").Facts, missing: string[], server: boolean, celeba: boolean}} Records
 */

/**
 * Fetch a document of records/.
 *
 * @param {string} name
 * @returns {Promise<any>}
 */
async function fetchRecord(name) {
  const answer = await fetch(new URL(`records/${name}`, document.baseURI));
  if (!answer.ok) throw new Error(`records/${name}: ${answer.status}`);
  return answer.json();
}

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/**
 * Fetch a document once; a failure is forgotten, so that the next call tries again.
 *
 * @param {string} name
 */
export function record(name) {
  let promise = kept.get(name);
  if (!promise) {
    promise = fetchRecord(name);
    promise.catch(() => kept.delete(name));
    kept.set(name, promise);
  }
  return promise;
}

/**
 * List the models of colour pictures: a photograph can be given to them.
 *
 * @template {{channels: number}} T
 * @param {T[]} models
 */
export const seeing = (models) => models.filter((model) => model.channels === 3);

/**
 * Return a model's name beside its family's: "β = 5".
 *
 * @param {Model} model
 */
export function shortTitle(model) {
  const kind = { ae: "AE", vae: "VAE", dial: "any β" }[model.family] ?? `β = ${model.beta}`;
  return [kind, ...model.differs].join(", ");
}

/**
 * Return a model's name as a screen reader shall say it.
 *
 * @param {{title: string}} model
 */
export function spokenTitle(model) {
  return model.title.replace("β-TCVAE", "beta T C VAE").replace("β-VAE", "beta VAE").replace("β =", "beta");
}

/**
 * Group models by family, in the order of the page.
 *
 * @param {Model[]} models
 * @returns {{family: string, models: Model[]}[]}
 */
export function groupByFamily(models) {
  /** @type {Map<string, Model[]>} */
  const groups = new Map();
  for (const model of models) groups.set(model.family, [...(groups.get(model.family) ?? []), model]);
  return [...groups].map(([family, members]) => ({ family, models: members }));
}

/**
 * Return the model whose copy is looked at: the nearest to the slider.
 *
 * @param {Model[]} models
 * @param {import("./store.js").State} state
 * @returns {Model | undefined}
 */
export function nearestModel(models, { beta, family }) {
  const near = models.filter((model) =>
    beta === null ? model.beta === null : model.family === family || model.family === "vae",
  );
  return near.sort((a, b) => Math.abs(Number(a.beta) - Number(beta)) - Math.abs(Number(b.beta) - Number(beta)))[0];
}
