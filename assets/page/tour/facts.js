// What the tour's sentences need of the records: no sentence has a typed number.

import { SIDE } from "../facebar/picture.js";
import { ladderOf } from "../ladder.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Feature} Feature
 *
 * @typedef {object} Facts
 * @property {Model} vae the model of the first steps: the VAE, or the lowest beta there is
 * @property {Model[]} ladder of the third step, beta increasing
 * @property {import("../store.js").Family} family of that ladder
 * @property {[Model, Model]} ends of the ladder
 * @property {boolean} hasAe
 * @property {number} values of a face
 * @property {number} numbers of a code
 * @property {string[]} keeps features that both ends of the ladder keep, of the page's first ones
 * @property {string[]} loses those that only its lower end keeps
 * @property {Feature | null} dial the feature of the fourth step
 * @property {Model[]} found the first model and the highest β-TCVAEs, where a probe counted the features in their codes
 * @property {number | null} meet beta at which both families hold nearly the same information
 */

const FIRST = 8; // features that the page shows first
const NAMED = 2; // features that a sentence names
const NEAR = 0.02; // share by which information may differ where families meet

/**
 * Gather the facts of these models; null where they cannot show the tour.
 *
 * @param {Model[]} models that see faces
 * @param {Feature[]} features
 * @returns {Facts | null}
 */
export function gatherFacts(models, features) {
  const families = /** @type {const} */ (["beta-vae", "beta-tcvae"]);
  const family = families.find((one) => models.some((model) => model.family === one));
  if (!family) return null;
  const ladder = ladderOf(models, family);
  const [low, high] = [ladder[0], ladder[ladder.length - 1]];
  if (ladder.length < 2) return null;
  return {
    vae: low,
    ladder,
    family,
    ends: [low, high],
    hasAe: models.some((model) => model.family === "ae"),
    values: SIDE * SIDE * low.channels,
    numbers: low.latents,
    ...compareEnds(features.slice(0, FIRST), low, high),
    dial: features.find(({ key }) => low.kept.includes(key)) ?? null,
    found: listFound(low, ladderOf(models, "beta-tcvae")),
    meet: findMeeting(ladderOf(models, "beta-vae"), ladderOf(models, "beta-tcvae")),
  };
}

/** @param {Feature[]} features @param {Model} low @param {Model} high */
function compareEnds(features, low, high) {
  const had = features.filter(({ key }) => low.kept.includes(key));
  const name = (/** @type {Feature} */ one) => one.name.toLowerCase();
  return {
    keeps: had
      .filter(({ key }) => high.kept.includes(key))
      .slice(0, NAMED)
      .map(name),
    loses: had
      .filter(({ key }) => !high.kept.includes(key))
      .slice(0, NAMED)
      .map(name),
  };
}

/** @param {Model} first @param {Model[]} ladder */
function listFound(first, ladder) {
  const shown = [first, ...ladder.filter(({ family }) => family === "beta-tcvae").slice(-2)];
  return shown.filter(({ found }) => found !== null);
}

/** @param {Model[]} one @param {Model[]} other */
function findMeeting(one, other) {
  const pairs = one.slice(1).flatMap((a) => other.slice(1).map((b) => /** @type {[Model, Model]} */ ([a, b])));
  const near = pairs.find(
    ([a, b]) =>
      a.beta === b.beta &&
      a.information !== null &&
      b.information !== null &&
      Math.abs(a.information - b.information) <= NEAR * a.information,
  );
  return near?.[0].beta ?? null;
}
