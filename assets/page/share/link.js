// What a link can bring back: the state, and the codes of a face that has no other address.

import { hasFace, isInAddress, writeAddress } from "../address.js";
import { writeCodes } from "./codes.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../store.js").State} State
 */

/**
 * Write the link to a state.
 *
 * @param {State} state
 */
export const linkTo = (state) => new URL(writeAddress(state), location.href).href;

/**
 * Write the link to a state with the codes of the page's face by every model.
 *
 * @param {State} state
 * @param {import("../facebar/faces.js").Face} face
 */
export function linkWithCodes(state, face) {
  const codes = [...face.copies].sort().map(([model, { code, scores }]) => {
    const given = { mean: code.mean, error: scores.squaredError, information: scores.kl };
    return /** @type {[string, import("./codes.js").Given]} */ ([model, given]);
  });
  return linkTo({ ...state, face: "shared", code: writeCodes(codes), noise: 0 }); // the codes have the noise already
}

/**
 * Tell what of the page a link leaves out.
 *
 * @param {State} state
 * @returns {{face: boolean, second: boolean}}
 */
export function leftOut({ tab, face, second }) {
  const isLeft = hasFace(tab) && face !== "shared" && !isInAddress(face);
  return { face: isLeft, second: tab === "morph" && !isInAddress(second) };
}

/** Tell whether only this computer finds the page at its address. */
export const isLocal = () => /^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);
