// The faces of a round: four originals, nobody's photographs, and what the last model of a family keeps of each.

import { cropAt } from "../facebar/picture.js";
import { ladderOf } from "../ladder.js";
import { drawCodes, fittedOf } from "../sampling.js";
import { COUNT, chooseDistinct, drawOrder } from "./round.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../store.js").Family} Family
 * @typedef {import("../../engine/types.js").Reconstruction} Copy
 *
 * @typedef {object} Cast
 * @property {Family} family
 * @property {Model[]} ladder the family's models, beta increasing; the last one makes the riddle
 * @property {Uint8ClampedArray[]} originals crops
 * @property {number[]} order for each shown copy, the original it belongs to
 * @property {Copy[]} copies in the shown order
 */

const CANDIDATES = 7; // faces drawn from a seed, of which the most different ones are shown
const TAME = 0.8; // factor on the random numbers: most of these faces are clear
const OWN = COUNT - 1; // index of the original that the visitor's own photo takes

/**
 * Return the models of every family that has more than the VAE.
 *
 * @param {Model[]} models that see faces
 * @returns {Map<Family, Model[]>}
 */
export function findLadders(models) {
  const families = /** @type {Family[]} */ (["beta-vae", "beta-tcvae"]);
  return new Map(
    families.flatMap((family) => {
      const ladder = ladderOf(models, family);
      return ladder.some((model) => model.family === family) ? [[family, ladder]] : [];
    }),
  );
}

/**
 * Draw the originals of a seed, from where the AE's codes really lie (another model's where there is no AE).
 *
 * @param {Page} page
 * @param {number} seed
 */
async function drawOriginals({ engine, faces }, seed) {
  const model = faces.models.find(({ family }) => family === "ae") ?? faces.models[0];
  const codes = drawCodes(seed, CANDIDATES, model.latents, TAME, await fittedOf(model.name));
  const pixels = await engine.decode(model.name, codes, { key: "whose originals" });
  const candidates = Array.from({ length: CANDIDATES }, (_, i) => cropAt(pixels, i));
  return chooseDistinct(candidates).map((i) => candidates[i]);
}

/**
 * Draw a round. `own`: a crop of the visitor's photo, which takes the last original's part.
 *
 * @param {Page} page
 * @param {number} seed
 * @param {Family} family
 * @param {Uint8ClampedArray | null} own
 * @returns {Promise<Cast>}
 */
export async function drawCast(page, seed, family, own) {
  const ladder = findLadders(page.faces.models).get(family) ?? [];
  const drawn = await drawOriginals(page, seed);
  const originals = own ? drawn.with(OWN, own) : drawn;
  const order = drawOrder(seed, family);
  const last = ladder[ladder.length - 1];
  const copies = await Promise.all(order.map((i) => page.engine.reconstruct(last.name, originals[i])));
  return { family, ladder, originals, order, copies };
}

/**
 * Rebuild the originals by every model of the ladder: how each face was lost.
 *
 * @param {Page} page
 * @param {Cast} cast
 * @returns {Promise<Copy[][]>} a row for each original, beta increasing
 */
export async function rebuildAll({ engine }, { ladder, originals, order, copies }) {
  const last = ladder.length - 1;
  return Promise.all(
    originals.map((crop, original) =>
      Promise.all(
        ladder.map((model, i) => (i === last ? copies[order.indexOf(original)] : engine.reconstruct(model.name, crop))),
      ),
    ),
  );
}
