// Explore: change the face's code, and every model moves along (report, Fig. 1).

import { make, setText } from "../dom.js";
import { buildActions } from "../explore/actions.js";
import { Codes } from "../explore/codes.js";
import { Features } from "../explore/features.js";
import { MapPanel } from "../explore/map_panel.js";
import { Numbers } from "../explore/numbers.js";
import { Stage } from "../explore/stage.js";
import { cropAt } from "../facebar/picture.js";
import { record } from "../models.js";
import { createSwitch } from "../parts/controls.js";
import { codesAlong, createStrip, paintStrip } from "../parts/strip.js";
import { drawCodes } from "../sampling.js";
import { EXPLORE } from "../words/explore.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {"features" | "numbers" | "map"} Part
 */

class ExploreTab {
  /** @type {Part} */
  #part = "features";
  #isNew = true; // whether the face has changed since this tab was shown
  /** @type {{model: string, code: Float32Array} | null} code of a link */
  linked = null;
  #strip = createStrip(EXPLORE.strip);
  #stripSaid = make("p", { className: "note" }, EXPLORE.strip);

  /** @param {HTMLElement} root @param {Page} page @param {Codes} codes */
  constructor(root, page, codes) {
    this.page = page;
    this.codes = codes;
    const { models } = page.faces;
    this.models = models.length ? models : page.records.models; // those of drawings begin with random numbers
    const row = make("div", { className: "row explore-row", role: "group", "aria-label": EXPLORE.all });
    const large = make("div", { className: "large-stage" });
    this.stage = new Stage(row, large, page, codes, this.models);
    this.#strip.classList.add("empty");
    large.append(
      make("figure", { className: "touched" }, this.#strip, this.#stripSaid),
      buildActions(page, this.stage, codes, {
        change: (act) => this.#change(act),
        undo: () => codes.undo() && this.#show(),
      }),
    );
    const desk = make("div", { className: "desk" }, large, this.#parts());
    root.append(
      make(
        "div",
        { className: "head" },
        make("h1", {}, EXPLORE.title),
        make("p", { className: "note" }, EXPLORE.about),
      ),
      row,
      desk,
    );
    this.#listen();
  }

  #listen() {
    const { page } = this;
    page.store.listen(() => {
      this.stage.choose();
      this.#show();
    }, ["model"]);
    page.faces.addEventListener("face", () => this.#begin());
    page.faces.addEventListener("copy", () => this.#begin());
    page.faces.addEventListener("done", () => this.#begin());
  }

  /** Build the three ways of changing a code, one at a time. */
  #parts() {
    const model = () => this.stage.model.name;
    const hand = {
      begin: () => this.codes.remember(),
      move: () => {
        this.stage.refresh();
        if (this.#part === "map") this.map?.draw();
      },
      end: () => {},
      touch: (
        /** @type {string} */ name,
        /** @type {(share: number) => Float32Array | null} */ codeAt,
        /** @type {string} */ remark,
      ) => this.#touch(name, codeAt, remark),
    };
    const panels = {
      features: make("div", {}),
      numbers: make("div", { hidden: true }),
      map: make("div", { hidden: true }),
    };
    this.features = new Features(panels.features, this.page.records.features, this.codes, model, hand);
    this.numbers = new Numbers(panels.numbers, this.codes, model, hand);
    this.map = new MapPanel(panels.map, this.codes, () => this.stage.model, hand);
    /** @type {[Part, string][]} */
    const parts = [
      ["features", EXPLORE.parts.features],
      ["numbers", EXPLORE.parts.numbers],
      ["map", EXPLORE.parts.map],
    ];
    const chooser = createSwitch(EXPLORE.partsLabel, "part", parts, this.#part, (part) => {
      this.#part = part;
      for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== part;
      this.#show();
    });
    return make("div", { className: "ways" }, chooser, ...Object.values(panels));
  }

  /** Begin with the face of the page, as far as its codes are known. */
  #begin() {
    this.#isNew = this.page.store.get().tab !== "explore"; // another tab is shown: begin when this one is opened
    if (this.#isNew) return;
    const copies = [...(this.page.faces.current?.copies ?? [])];
    if (!this.page.faces.models.length) return this.#beginAtRandom();
    if (!copies.length) return;
    const codes = Object.fromEntries(copies.map(([name, copy]) => [name, copy.code.mean]));
    const { linked } = this;
    if (linked && this.page.faces.current?.id === "linked") codes[linked.model] = linked.code; // to the last digit
    this.codes.begin(codes);
    this.#show();
  }

  /** Begin where no face can be given: with the random numbers of Sample. */
  #beginAtRandom() {
    const { seed } = this.page.store.get();
    const code = (/** @type {import("../models.js").Model} */ { name, latents, stochastic }) =>
      stochastic ? drawCodes(seed, 1, latents) : Float32Array.from(this.codes.records[name].mean);
    this.codes.begin(Object.fromEntries(this.models.map((model) => [model.name, code(model)])));
    this.#show();
  }

  /** @param {() => void} act */
  #change(act) {
    this.codes.remember();
    act();
    this.#show();
  }

  #show() {
    this.stage.refresh();
    if (this.#part === "features") this.features?.show();
    if (this.#part === "numbers") this.numbers?.show();
    if (this.#part === "map") this.map?.show();
  }

  /** @param {string} name @param {(share: number) => Float32Array | null} codeAt @param {string} remark */
  async #touch(name, codeAt, remark) {
    const codes = codesAlong(codeAt);
    if (!codes) return;
    setText(this.#stripSaid, `${EXPLORE.stripOf(name)}. ${remark}`);
    this.#strip.setAttribute("aria-label", EXPLORE.stripOf(name));
    try {
      const pixels = await this.page.engine.decode(this.stage.model.name, codes, { key: "strip" });
      this.#strip.classList.remove("empty");
      paintStrip(this.#strip, pixels);
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError")
        setText(this.#stripSaid, /** @type {Error} */ (error).message);
    }
  }

  show() {
    if (this.#isNew) this.#begin();
    this.stage.choose();
    this.map?.draw();
  }
}

/** Make a link's code the face of the page. @param {Page} page @param {ExploreTab} tab */
async function openLinkedCode(page, tab) {
  const code = page.linkedCode;
  const model = page.faces.models.find(({ name }) => name === page.store.get().model);
  page.linkedCode = null;
  if (!code || !model || code.length !== model.latents) return;
  tab.linked = { model: model.name, code: Float32Array.from(code) };
  const crop = cropAt(await page.engine.decode(model.name, tab.linked.code), 0);
  await page.faces.take("linked", EXPLORE.linked, crop, model.name);
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  const codes = new Codes(await record("explore.json"));
  const tab = new ExploreTab(root, page, codes);
  if (page.linkedCode) openLinkedCode(page, tab).catch((error) => page.say(error.message));
  return { show: () => tab.show() };
}
