// Dragging from a face to its copy with a mouse or a pen; a finger scrolls and taps.

/** @typedef {import("./board.js").Pick} Pick */

const FAR = 8; // pixels from which a movement is no click

/**
 * @param {HTMLElement} board
 * @param {(from: Pick, to: Pick) => void} join
 */
export function bindDrag(board, join) {
  /** @type {{from: HTMLElement, x: number, y: number} | null} */
  let held = null;
  board.addEventListener("pointerdown", (event) => {
    const from = spotOf(event.target);
    held = from && event.pointerType !== "touch" && event.button === 0 ? { from, x: event.x, y: event.y } : null;
  });
  board.addEventListener("pointermove", ({ x, y }) => {
    if (held && Math.hypot(x - held.x, y - held.y) > FAR) held.from.classList.add("dragged");
  });
  addEventListener("pointercancel", () => {
    held?.from.classList.remove("dragged");
    held = null;
  });
  addEventListener("pointerup", ({ target }) => {
    const from = held?.from;
    held = null;
    if (!from?.classList.contains("dragged")) return;
    from.classList.remove("dragged");
    const to = spotOf(target);
    if (to && to !== from) join(pickOf(from), pickOf(to));
  });
}

/** @param {EventTarget | null} target */
const spotOf = (target) =>
  /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(".spot") : null);

/** @param {HTMLElement} spot @returns {Pick} */
const pickOf = ({ dataset }) => ({ side: /** @type {Pick["side"]} */ (dataset.side), index: Number(dataset.index) });
