// Where everything is on the card: 1200 x 630 pixels, the size of pictures that links show.

/** @typedef {{x: number, y: number, side: number}} Square */

export const [WIDTH, HEIGHT] = [1200, 630];
export const MARGIN = 44;
export const HEAD = 172; // pixels of the heading
export const FOOT = 84;
export const LABEL = 74; // under a face: two lines
const GAP = 12;
const ARROW = 48; // between the original and what is left of it
const MOST = 300; // pixels of a face's side

/**
 * Lay out a row of faces, as large as they fit, in the middle between heading and foot.
 *
 * @param {number} count
 * @param {boolean} withOriginal another face before them, with an arrow between
 * @returns {{original: Square | null, arrow: {x: number, y: number} | null, faces: Square[]}}
 */
export function layCard(count, withOriginal) {
  const gaps = GAP * (count - 1) + (withOriginal ? ARROW : 0);
  const side = Math.min(MOST, Math.floor((WIDTH - 2 * MARGIN - gaps) / (count + Number(withOriginal))));
  const room = HEIGHT - HEAD - FOOT;
  const y = HEAD + Math.round((room - side - LABEL) / 2);
  const all = (count + Number(withOriginal)) * side + gaps;
  const start = Math.round((WIDTH - all) / 2);
  const first = start + (withOriginal ? side + ARROW : 0);
  return {
    original: withOriginal ? { x: start, y, side } : null,
    arrow: withOriginal ? { x: start + side + ARROW / 2, y: y + side / 2 } : null,
    faces: Array.from({ length: count }, (_, i) => ({ x: first + i * (side + GAP), y, side })),
  };
}
