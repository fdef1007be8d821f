// The slider's logarithmic scale, and the trained models along it.

export const ARROW_STEPS = 60; // of an arrow key, from end to end of a network of every beta

/** @typedef {{family: string, beta: number | null}} Model as much of a model as the slider needs */

/**
 * @template {Model} T
 * @typedef {object} Step
 * @property {T} low the trained model below, or at this place
 * @property {T} high the trained model above
 * @property {number} share of the way from low to high, on the slider, 0 to 1
 * @property {T} nearest
 * @property {boolean} trained whether a model was trained for this very beta
 */

/**
 * List the models of a family, beta increasing; the VAE is beta = 1 of both.
 *
 * @template {Model} T
 * @param {T[]} models
 * @param {string} family
 * @returns {T[]}
 */
export function ladderOf(models, family) {
  const members = models.filter((model) => model.beta !== null && (model.family === family || model.family === "vae"));
  const sorted = members.sort((a, b) => Number(a.beta) - Number(b.beta));
  return sorted.filter((model, i) => i === 0 || model.beta !== sorted[i - 1].beta); // seeds of one beta share a stop
}

/**
 * List 1, 2, 5, 10, 20, 50, ... up to the highest.
 *
 * @param {number} highest
 */
export function roundBetas(highest) {
  const betas = [];
  for (let decade = 1; decade <= highest; decade *= 10) betas.push(decade, 2 * decade, 5 * decade);
  return betas.filter((beta) => beta <= highest);
}

/**
 * List the marks of one network for every beta: the round betas, and its highest.
 *
 * @param {{highest: number}} network
 * @returns {Model[]}
 */
export const marksOf = ({ highest }) =>
  [...new Set([...roundBetas(highest), highest])].map((beta) => ({ family: "dial", beta }));

/** Write a beta of such a network: 3.4, 17.5. @param {number} beta */
export const writeBeta = (beta) => String(Number(beta.toFixed(1)));

/**
 * Return the position of a beta between the least and the greatest of a ladder, from 0 to 1, on a logarithmic scale.
 *
 * @param {Model[]} ladder
 * @param {number} beta
 */
export function placeOf(ladder, beta) {
  const [least, most] = ends(ladder);
  return most === least ? 0 : Math.min(1, Math.max(0, Math.log(beta / least) / Math.log(most / least)));
}

/**
 * Return the beta of a position: the inverse of placeOf.
 *
 * @param {Model[]} ladder
 * @param {number} place
 */
export function betaAt(ladder, place) {
  const [least, most] = ends(ladder);
  return least * (most / least) ** place;
}

/**
 * @param {Model[]} ladder
 * @returns {[number, number]}
 */
function ends(ladder) {
  return [Number(ladder[0].beta), Number(ladder[ladder.length - 1].beta)];
}

/**
 * Return the two trained models around a beta, and how far it is from one to the other.
 *
 * @template {Model} T
 * @param {T[]} ladder
 * @param {number} beta
 * @returns {Step<T>}
 */
export function stepAt(ladder, beta) {
  const places = ladder.map((model) => placeOf(ladder, Number(model.beta)));
  const place = placeOf(ladder, beta);
  let low = 0;
  while (low < ladder.length - 2 && places[low + 1] <= place) low += 1;
  const high = Math.min(low + 1, ladder.length - 1);
  const gap = places[high] - places[low];
  const share = gap > 0 ? Math.min(1, Math.max(0, (place - places[low]) / gap)) : 0;
  const exact = share < 0.004 ? 0 : share > 0.996 ? 1 : share;
  return {
    low: ladder[low],
    high: ladder[high],
    share: exact,
    nearest: ladder[exact < 0.5 ? low : high],
    trained: exact === 0 || exact === 1,
  };
}

/**
 * Return the next trained beta above or below.
 *
 * @param {Model[]} ladder
 * @param {number} beta
 * @param {1 | -1} direction
 */
export function nextStop(ladder, beta, direction) {
  const betas = ladder.map((model) => Number(model.beta));
  const slack = 1.01;
  const next = direction > 0 ? betas.find((one) => one > beta * slack) : betas.findLast((one) => one * slack < beta);
  return next ?? (direction > 0 ? betas[betas.length - 1] : betas[0]);
}
