// The second face of a morph: an example, a random one, a photo, or the page's own.

import { make, roveFocus } from "../dom.js";
import { EXAMPLES } from "../facebar/faces.js";
import { canvasOf, paint, readCrops } from "../facebar/picture.js";
import { drawFace, randomId } from "../sampling.js";
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
  }

  /** Build thumbnails and buttons. */
  build() {
    const examples = /** @type {(keyof typeof EXAMPLES)[]} */ (Object.keys(EXAMPLES)).map((id) => {
      const button = make(
        "button",
        { type: "button", className: "thumb", "aria-label": FACES[id].name },
        make("img", { src: EXAMPLES[id], alt: "", width: 64, height: 64 }),
      );
      button.addEventListener("click", () => this.choose(() => this.#example(id)));
      return button;
    });
    const group = make("div", { className: "examples", role: "group", "aria-label": MORPH.choose }, ...examples);
    roveFocus(group, "button");
    const button = (/** @type {string} */ text, /** @type {() => Promise<Uint8ClampedArray | null>} */ crop) => {
      const element = make("button", { type: "button", className: "plain" }, text);
      element.addEventListener("click", () => this.choose(crop));
      return element;
    };
    const file = make("input", { type: "file", accept: "image/*", "aria-label": MORPH.photo });
    file.addEventListener("change", () => {
      const photo = file.files?.[0];
      this.page.consent.isPersonal = true;
      if (photo) this.choose(async () => (await import("../facebar/photo.js")).cropPhoto(this.page.engine, photo));
      file.value = "";
    });
    const random = async () =>
      (await drawFace(randomId(Math.floor(Math.random() * LARGEST_SEED)), this.page.faces.models, this.page.engine))
        .crop;
    return make(
      "div",
      { className: "buttons" },
      group,
      button(MORPH.random, random),
      make("label", { className: "tool wordy" }, MORPH.photo, file),
      button(MORPH.same, async () => this.page.faces.current?.crop ?? null),
    );
  }

  /** @param {keyof typeof EXAMPLES} id */
  async #example(id) {
    if (id !== "astronaut") return (await readCrops(EXAMPLES[id]))[0];
    const photo = await (await fetch(new URL(EXAMPLES[id], document.baseURI))).blob();
    return this.page.engine.align(await this.page.engine.find(photo));
  }

  /** @param {() => Promise<Uint8ClampedArray | null>} open */
  async choose(open) {
    const job = ++this.#job;
    this.say(MORPH.encoding);
    try {
      const crop = await open();
      if (!crop || job !== this.#job) return this.say("");
      const codes = await this.#encode(crop);
      if (job !== this.#job) return undefined;
      this.set(crop, codes);
    } catch (error) {
      return this.say(/** @type {Error} */ (error).message);
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

  /** @param {Uint8ClampedArray} crop @param {Record<string, Float32Array>} codes */
  set(crop, codes) {
    this.crop = crop;
    this.codes = codes;
    paint(this.canvas, crop);
    this.changed();
  }

  /** Choose another example than the page's face. */
  begin() {
    return this.choose(() => this.#example(this.page.faces.current?.id === "glasses" ? "smile" : "glasses"));
  }
}
