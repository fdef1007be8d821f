// Step 1, Squeeze: the face, its code, and a picture that follows every bar.

import { DecodeLoop } from "../decode_loop.js";
import { make } from "../dom.js";
import { REACH, toBars } from "../face/flow.js";
import { spokenTitle } from "../models.js";
import { PICTURES } from "../words/tour.js";
import { Bench } from "./bench.js";

const LARGEST = 3.2; // of a number, in units of the prior
const STEP = 0.2; // that an arrow key moves a number by

export class Squeeze {
  /** @type {Float32Array | null} */
  #code = null;
  #chosen = 0; // which bar, the strongest first
  /** @type {import("../facebar/faces.js").Copy | null} */
  #copy = null;
  #mark = make("i", { className: "chosen-bar" });
  #area = make("div", { className: "code", tabIndex: 0, role: "slider", "aria-label": PICTURES.bars }, this.#mark);

  /**
   * @param {import("../page.js").Page} page
   * @param {import("./facts.js").Facts} facts
   * @param {() => void} done the task of the step
   */
  constructor(page, facts, done) {
    this.page = page;
    this.model = facts.vae;
    this.done = done;
    this.bench = new Bench(this.#area);
    this.root = this.bench.root;
    this.loop = new DecodeLoop({
      decode: page.engine.decode,
      codeOf: () => this.#code,
      chosen: () => this.model.name,
      done: (_, crop) => this.bench.showCopy(crop),
      failed: (_, { message }) => page.say(message),
    });
    Object.assign(this.#area, { ariaValueMin: -LARGEST, ariaValueMax: LARGEST });
    this.bench.nameCopy(`${PICTURES.copy}, ${PICTURES.by(spokenTitle(this.model))}`);
    this.#listen();
  }

  #listen() {
    const area = this.#area;
    area.addEventListener("pointerdown", (event) => {
      area.setPointerCapture(event.pointerId);
      this.#chosen = this.#barAt(event);
      this.#drag(event);
    });
    area.addEventListener("pointermove", (event) => area.hasPointerCapture(event.pointerId) && this.#drag(event));
    area.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Tell whether the bars stand side by side, as on a phone, and how long each side of their area is. */
  #sides() {
    const { width, height, left, top } = this.#area.getBoundingClientRect();
    return { upright: width > height * 1.6, width, height, left, top };
  }

  /** @param {PointerEvent} event */
  #barAt({ clientX, clientY }) {
    const { upright, width, height, left, top } = this.#sides();
    const share = upright ? (clientX - left) / width : (clientY - top) / height;
    const last = this.model.latents - 1;
    return Math.min(last, Math.max(0, Math.floor(share * this.model.latents)));
  }

  /** @param {PointerEvent} event */
  #drag({ clientX, clientY }) {
    const { upright, width, height, left, top } = this.#sides();
    const [from, room] = upright ? [top + height / 2 - clientY, height] : [clientX - left - width / 2, width];
    this.#set((from / (room / 2 - 3)) * REACH);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
    const along = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined && along === undefined) return;
    event.preventDefault();
    const { latents } = this.model;
    this.#chosen = (this.#chosen + (along ?? 0) + latents) % latents;
    if (by === undefined) this.#draw();
    else this.#set((this.#code?.[this.#index] ?? 0) + by);
  }

  /** Return which number of the code the chosen bar is. */
  get #index() {
    return this.model.order[this.#chosen];
  }

  /** @param {number} value */
  #set(value) {
    if (!this.#code) return;
    this.#code[this.#index] = Math.min(LARGEST, Math.max(-LARGEST, value));
    this.#draw();
    this.loop.refresh([this.model.name]);
    this.done();
  }

  #draw() {
    if (!this.#copy || !this.#code) return;
    const { latents, family } = this.model;
    const bars = toBars({ ...this.#copy.code, mean: this.#code }, this.model);
    this.bench.draw(bars, bars, 0, this.bench.palette.fill[family]);
    this.#mark.style.setProperty("--bar", String(this.#chosen));
    this.#mark.style.setProperty("--bars", String(latents));
    this.#area.ariaValueNow = this.#code[this.#index].toFixed(1);
    this.#area.ariaValueText = PICTURES.bar(this.#chosen + 1, latents, this.#code[this.#index]);
  }

  show() {
    const face = this.page.faces.current;
    const copy = face?.copies.get(this.model.name);
    this.root.classList.toggle("waiting", !copy);
    if (!face || !copy) return;
    this.bench.measure();
    if (copy !== this.#copy) {
      this.#copy = copy;
      this.#code = Float32Array.from(copy.code.mean);
      this.bench.showFace(face.crop, face.name);
      this.bench.showCopy(copy.pixels);
    }
    this.#draw();
  }
}
