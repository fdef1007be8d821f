// The finder's networks, as the modules of vision/ call them.

/**
 * @import { Network } from "../../vision/finder/detection.js"
 * @import { Networks } from "../../vision/finder/search.js"
 * @import { Run } from "./sessions.js"
 */

/**
 * @param {Record<string, Run>} networks
 * @returns {Networks}
 */
export function toFinder(networks) {
  const { face_detection_full_range, face_landmark } = networks;
  return { face_detection_full_range: onSquares(face_detection_full_range), face_landmark: onSquares(face_landmark) };
}

/**
 * @param {Run} run
 * @returns {Network}
 */
function onSquares(run) {
  return (tensor) => {
    const side = Math.sqrt(tensor.length / 3);
    return run([{ data: tensor, dims: [1, 3, side, side] }]);
  };
}
