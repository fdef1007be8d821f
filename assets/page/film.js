// Films, recorded from a canvas: the browser's own recorder writes them, in the format that it has.

const PACE = 40; // milliseconds a picture

/** Return the type that this browser records, or null. */
export function filmType() {
  if (typeof MediaRecorder === "undefined") return null;
  return ["video/mp4", "video/webm"].find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/**
 * Record a film of `count` pictures, there and back.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {(picture: number) => void} draw
 * @param {number} count
 * @param {(done: number, all: number) => void} tell
 * @returns {Promise<Blob>}
 */
export async function recordFilm(canvas, draw, count, tell) {
  const type = filmType();
  if (!type) throw new Error("no recorder");
  draw(0);
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: type, videoBitsPerSecond: 6_000_000 });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  recorder.start();
  const order = [...Array(count).keys(), ...[...Array(count).keys()].reverse()];
  for (const [i, picture] of order.entries()) {
    draw(picture);
    tell(i + 1, order.length);
    await new Promise((done) => setTimeout(done, PACE));
  }
  recorder.stop();
  await stopped;
  return new Blob(parts, { type });
}

/** @param {Blob} film */
export const filmEnding = (film) => (film.type.includes("mp4") ? "mp4" : "webm");
