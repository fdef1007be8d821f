// The second face of a morph: an example, a random one, a photo, or the page's own.

import { make, roveFocus } from "../dom.js";
import { EXAMPLES } from "../facebar/faces.js";
import { canvasOf, paint, readCrops } from "../facebar/picture.js";
import { drawFace, randomId } from "../sampling.js";
import { FIRST } from "../store.js";
import { MORPH } from "../words/morph.js";
import { FACES } from "../words/page.js";

/** @typedef {import("../page.js").Page} Page */

const LARGEST_SEED = 99999;

export class SecondFace {
  /** @type {Record<string, Float32Array>} code by model */
  codes = {};
  /** @type {Uint8ClampedArray | null} */
  crop = null;
  #job = 0;
  /** @type {Set<string>} networks of every beta that are asked for a code */
  #asked = new Set();
  id = ""; // of the face that is shown, as the address has it

  /**
   * @param {Page} page
   * @param {() => void} changed when another code is known
   * @param {(sentence: string) => void} say
   */
  constructor(page, changed, say) {
    this.page = page;
    this.changed = changed;
    this.say = say;
    this.canvas = canvasOf(null, MORPH.second, 160);
    page.store.listen(({ second }) => second !== this.id && this.open(second), ["second"]);
  }

  /** Build thumbnails and buttons. */
  build() {
    const examples = /** @type {(keyof typeof EXAMPLES)[]} */ (Object.keys(EXAMPLES)).map((id) => {
      const button = make(
        "button",
        { type: "button", className: "thumb", "aria-label": FACES[id].name },
        make("img", { src: EXAMPLES[id], alt: "", width: 64, height: 64 }),
      );
      button.addEventListener("click", () => this.open(id));
      return button;
    });
    const group = make("div", { className: "examples", role: "group", "aria-label": MORPH.choose }, ...examples);
    roveFocus(group, "button");
    const button = (/** @type {string} */ text, /** @type {() => unknown} */ act) => {
      const element = make("button", { type: "button", className: "plain" }, text);
      element.addEventListener("click", act);
      return element;
    };
    const file = make("input", { type: "file", accept: "image/*", "aria-label": MORPH.photo });
    file.addEventListener("change", () => {
      const photo = file.files?.[0];
      this.page.consent.isPersonal = true;
      const crop = async () => (await import("../facebar/photo.js")).cropPhoto(this.page.engine, photo ?? new Blob());
      if (photo) this.choose("photo", crop);
      file.value = "";
    });
    const random = () => this.open(randomId(Math.floor(Math.random() * LARGEST_SEED)));
    const same = () => {
      const face = this.page.faces.current;
      if (face) this.choose(face.id, async () => face.crop);
    };
    return make(
      "div",
      { className: "buttons" },
      group,
      button(MORPH.random, random),
      make("label", { className: "tool wordy" }, MORPH.photo, file),
      button(MORPH.same, same),
    );
  }

  /** Open a face by its id, as the address has it. @param {string} id */
  open(id) {
    return this.choose(id, () => this.#draw(id));
  }

  /** Open the face of the address; at first, another example than the page's face. */
  begin() {
    const { second } = this.page.store.get();
    const isFirst = second === FIRST.second && this.page.faces.current?.id === second;
    return this.open(isFirst ? "smile" : second);
  }

  /** @param {string} id */
  async #draw(id) {
    if (id in EXAMPLES) return this.#example(/** @type {keyof typeof EXAMPLES} */ (id));
    return (await drawFace(id, this.page.faces.models, this.page.engine)).crop;
  }

  /** @param {keyof typeof EXAMPLES} id */
  async #example(id) {
    if (id !== "astronaut") return (await readCrops(EXAMPLES[id]))[0];
    const photo = await (await fetch(new URL(EXAMPLES[id], document.baseURI))).blob();
    return this.page.engine.align(await this.page.engine.find(photo));
  }

  /** @param {string} id @param {() => Promise<Uint8ClampedArray | null>} open */
  async choose(id, open) {
    const job = ++this.#job;
    this.say(MORPH.encoding);
    try {
      const crop = await open();
      if (!crop || job !== this.#job) return this.say("");
      const codes = await this.#encode(crop);
      if (job !== this.#job) return undefined;
      this.set(id, crop, codes);
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      return this.say(name === "AbortError" ? "" : message);
    }
    return this.say("");
  }

  /** @param {Uint8ClampedArray} crop @returns {Promise<Record<string, Float32Array>>} */
  async #encode(crop) {
    const codes = await Promise.all(
      this.page.faces.models.map(async ({ name }) => [name, (await this.page.engine.encode(name, crop)).mean]),
    );
    return Object.fromEntries(codes);
  }

  /** Have a network of every beta encode the face, too: at beta 1. @param {string} name */
  async add(name) {
    const { crop } = this;
    if (!crop || this.codes[name] || this.#asked.has(name)) return;
    this.#asked.add(name);
    try {
      const { mean } = await this.page.engine.encode(name, crop, { beta: 1 });
      if (crop !== this.crop) return;
      this.codes = { ...this.codes, [name]: mean };
      this.changed();
    } catch (error) {
      const { name: kind, message } = /** @type {Error} */ (error);
      if (crop === this.crop && kind !== "AbortError") this.say(message);
    } finally {
      if (crop === this.crop) this.#asked.delete(name);
    }
  }

  /** @param {string} id @param {Uint8ClampedArray} crop @param {Record<string, Float32Array>} codes */
  set(id, crop, codes) {
    this.id = id;
    this.page.store.set({ second: id });
    this.crop = crop;
    this.codes = codes;
    this.#asked.clear();
    paint(this.canvas, crop);
    this.changed();
  }
}
