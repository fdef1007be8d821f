// The live mirror: the camera's picture through the model at the slider, or through all. It asks this browser only.

import { make } from "../dom.js";
import { openDialog } from "../parts/dialog.js";
import { loadStyle } from "../parts/style.js";
import { ENDED, FAILED, MIRROR } from "../words/mirror.js";
import { ERRORS } from "../words/page.js";
import { Camera } from "./camera.js";
import { Controls } from "./controls.js";
import { Copies } from "./copies.js";
import { Loop, Rate } from "./loop.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./loop.js").Seen} Seen
 * @typedef {import("../facebar/faces.js").Copy} Copy
 * @typedef {(photo: Blob, crop: Uint8ClampedArray) => unknown} Keep
 */

const SECOND = 1000; // milliseconds

/** @type {Mirror | null} the one that runs */
export let running = null;
let isOpening = false;

/**
 * Start the mirror, or stop the one that runs.
 *
 * @param {Page} page
 * @param {Keep} keep makes a photograph and its crop the face of the page
 */
export async function toggleMirror(page, keep) {
  if (running) return running.stop();
  if (isOpening) return;
  isOpening = true;
  try {
    running = await open(page, keep);
  } catch (error) {
    page.say(page.faces.current?.note ?? "");
    openDialog(MIRROR.start, make("p", { role: "alert" }, /** @type {Error} */ (error).message));
  } finally {
    isOpening = false;
  }
  running?.run();
}

/** @param {Page} page @param {Keep} keep @returns {Promise<Mirror | null>} null: the visitor went elsewhere meanwhile */
async function open(page, keep) {
  if (page.engine.way().way === "server") throw new Error(FAILED.models);
  page.store.set({ tab: "face" });
  scrollTo({ top: 0 });
  page.say(MIRROR.starting);
  await loadStyle("mirror/mirror.css").catch(() => Promise.reject(new Error(ERRORS.noTab)));
  const camera = await Camera.open();
  if (!document.hidden && page.store.get().tab === "face") return new Mirror(page, camera, keep);
  camera.close();
  return null;
}

/** Mirror that runs. Events: "frame" for each that is shown (detail: what was seen, and the models of its copies). */
export class Mirror extends EventTarget {
  #rate = new Rate();
  #told = Number.NEGATIVE_INFINITY; // milliseconds: when the rate was last written
  #ending = new AbortController();
  /** @type {Seen | null} */
  #sight = null;

  /** @param {Page} page @param {Camera} camera @param {Keep} keep */
  constructor(page, camera, keep) {
    super();
    this.page = page;
    this.camera = camera;
    this.keep = keep;
    const { faces, store, engine, say } = page;
    const copies = new Copies(faces.models, faces.dials, engine, ({ title }) => say(FAILED.model(title)));
    this.controls = new Controls(faces.models.length, {
      keep: () => this.#keepFace(),
      choose: (all) => {
        copies.all = all;
      },
    });
    this.loop = new Loop({
      hasFrame: () => camera.hasFrame,
      grab: () => camera.grab(),
      follow: (frame) => this.#follow(frame),
      rebuild: ({ crop }) => copies.rebuild(crop, store.get()),
      show: (sight, copies) => this.#show(sight, copies),
    });
    say(faces.current?.note ?? ""); // the bar may now say how far the files are
    this.#listen(copies);
  }

  /** Stop where the visitor goes elsewhere, hides the page, chooses another face, or wants it. @param {Copies} copies */
  #listen(copies) {
    const { signal } = this.#ending;
    const { store, faces } = this.page;
    const ends = [store.listen(() => this.stop(), ["tab"]), store.listen(() => copies.retry(), ["beta", "family"])];
    signal.addEventListener("abort", () => {
      for (const end of ends) end();
    });
    faces.addEventListener("face", () => this.stop(faces.current?.note), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.stop(ENDED.hidden), { signal });
    addEventListener("pagehide", () => this.stop(ENDED.hidden), { signal });
    addEventListener(
      "keydown",
      ({ key }) => key === "Escape" && !document.querySelector("dialog[open]") && this.stop(),
      { signal },
    );
    this.camera.onEnd(() => this.stop(ENDED.camera));
  }

  async run() {
    try {
      await this.loop.run();
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.stop(this.page.engine.way().way === "server" ? FAILED.models : message);
    }
  }

  /** Switch the camera off, and show the face of the page again. @param {string} [sentence] why */
  stop(sentence = this.page.faces.current?.note ?? "") {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.loop.stop();
    this.camera.close();
    this.controls.remove();
    this.page.faces.showLive(null, true);
    this.page.say(sentence);
    if (running === this) running = null;
  }

  /** @param {ImageBitmap} frame @returns {Promise<Seen>} */
  async #follow(frame) {
    const grabbed = performance.now();
    try {
      return { ...(await this.page.engine.follow(frame, grabbed / SECOND, { key: "mirror" })), grabbed };
    } finally {
      frame.close(); // not before: a worker that breaks is replaced, and the next one is given it again
    }
  }

  /** @param {Seen} sight @param {Copy[]} copies */
  #show(sight, copies) {
    const isFirst = !this.#sight;
    const hasChanged = isFirst || !this.#sight?.face !== !sight.face;
    this.#sight = sight;
    const now = performance.now();
    const rate = this.#rate.add(now);
    const isTold = hasChanged || now - this.#told > SECOND;
    const shown = new Map(copies.map((copy) => [copy.model, copy]));
    this.page.faces.showLive({ id: "live", ...MIRROR.face, crop: sight.crop, copies: shown }, isTold);
    if (hasChanged) this.page.say(sight.face ? MIRROR.live : MIRROR.noFaceLong);
    if (isTold) {
      this.#told = now;
      this.controls.tell(!sight.face ? MIRROR.noFace : isFirst ? "" : MIRROR.rate(rate));
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: { ...sight, models: [...shown.keys()] } }));
  }

  async #keepFace() {
    if (!this.#sight) return;
    const { crop } = this.#sight;
    this.keep(await this.camera.takePhoto(), crop); // which stops the mirror: another face is chosen
  }
}
