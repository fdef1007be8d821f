// Explore: change the face's code, and every model moves along (report, Fig. 1).

import { make, setText } from "../dom.js";
import { buildActions } from "../explore/actions.js";
import { Codes } from "../explore/codes.js";
import { Features } from "../explore/features.js";
import { MapPanel } from "../explore/map_panel.js";
import { Numbers } from "../explore/numbers.js";
import { Stage } from "../explore/stage.js";
import { record } from "../models.js";
import { choose, createSwitch } from "../parts/controls.js";
import { codesAlong, createStrip, paintFace } from "../parts/strip.js";
import { drawCodes } from "../sampling.js";
import { EXPLORE } from "../words/explore.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../store.js").State["way"]} Way
 */

class ExploreTab {
  #isNew = true; // whether the face has changed since this tab was shown
  #linked = ""; // id of the face that a link has moved sliders for, until that face is here
  #keeps = true; // whether the sliders stay for the face that comes
  /** @type {Record<Way, HTMLElement>} */
  #panels = { features: make("div"), numbers: make("div"), map: make("div") };
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
        undo: () => this.#undo(),
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
    this.#expect();
    this.#listen();
  }

  /** Keep the sliders of a link until its face is here. */
  #expect() {
    const { face } = this.page.store.get();
    this.#linked = this.page.faces.current?.id === face && face !== "shared" ? "" : face;
  }

  #listen() {
    const { page } = this;
    page.store.listen(() => {
      this.stage.choose();
      this.#show();
    }, ["model"]);
    page.store.listen(() => this.#follow(), ["features", "numbers"]);
    page.store.listen(() => this.#showWay(), ["way"]);
    page.faces.addEventListener("face", () => {
      this.#keeps = page.faces.current?.id === this.#linked;
      this.#linked = "";
      this.#begin();
    });
    page.faces.addEventListener("copy", () => this.#begin());
    page.faces.addEventListener("done", () => this.#begin());
  }

  /** Build the three ways of changing a code, one at a time. */
  #parts() {
    const model = () => this.stage.model.name;
    const hand = {
      begin: () => this.codes.remember(),
      move: (/** @type {string | undefined} */ only) => {
        this.#note();
        this.stage.refresh(only);
        if (this.way === "map") this.map?.draw();
      },
      end: () => this.stage.tellWay(),
      touch: (
        /** @type {string} */ name,
        /** @type {(share: number) => Float32Array | null} */ codeAt,
        /** @type {string} */ remark,
      ) => this.#touch(name, codeAt, remark),
    };
    const panels = this.#panels;
    this.features = new Features(panels.features, this.page.records.features, this.codes, model, hand);
    this.numbers = new Numbers(panels.numbers, this.codes, model, hand);
    this.map = new MapPanel(panels.map, this.codes, () => this.stage.model, hand);
    /** @type {[Way, string][]} */
    const parts = [
      ["features", EXPLORE.parts.features],
      ["numbers", EXPLORE.parts.numbers],
      ["map", EXPLORE.parts.map],
    ];
    this.chooser = createSwitch(EXPLORE.partsLabel, "part", parts, this.way, (way) => this.page.store.set({ way }));
    for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== this.way;
    return make("div", { className: "ways" }, this.chooser, ...Object.values(panels));
  }

  /** Return the way of changing a code that is shown. */
  get way() {
    return this.page.store.get().way;
  }

  #showWay() {
    if (this.chooser) choose(this.chooser, this.way);
    for (const [name, panel] of Object.entries(this.#panels)) panel.hidden = name !== this.way;
    this.#show();
  }

  /** Write into the page's state what was moved: the address mirrors it. */
  #note() {
    this.page.store.set({ features: this.codes.writeFeatures(), numbers: this.codes.writeNumbers() });
  }

  /** Move what another link has moved. */
  #follow() {
    const { features, numbers } = this.page.store.get();
    if (features === this.codes.writeFeatures() && numbers === this.codes.writeNumbers()) return;
    this.#expect();
    this.codes.read(features, numbers);
    this.#note();
    this.#show();
  }

  /** Begin with the face of the page, as far as its codes are known. */
  #begin() {
    this.#isNew = this.page.store.get().tab !== "explore"; // another tab is shown: begin when this one is opened
    if (this.#isNew) return;
    const copies = [...(this.page.faces.current?.copies ?? [])];
    if (!this.page.faces.models.length) return this.#beginAtRandom();
    if (!copies.length) return;
    const codes = Object.fromEntries(copies.map(([name, copy]) => [name, copy.code.mean]));
    this.#beginWith(codes);
  }

  /** @param {Record<string, Float32Array>} codes by model */
  #beginWith(codes) {
    const { features, numbers } = this.page.store.get();
    this.codes.begin(codes);
    if (this.#keeps) this.codes.read(features, numbers);
    this.#keeps = true; // the rest of this face's codes come one after the other
    this.#note();
    this.#show();
  }

  /** Begin where no face can be given: with the random numbers of Sample. */
  #beginAtRandom() {
    const { seed } = this.page.store.get();
    const code = (/** @type {import("../models.js").Model} */ { name, latents, stochastic }) =>
      stochastic ? drawCodes(seed, 1, latents) : Float32Array.from(this.codes.records[name].mean);
    this.#beginWith(Object.fromEntries(this.models.map((model) => [model.name, code(model)])));
  }

  /** @param {() => void} act */
  #change(act) {
    this.codes.remember();
    act();
    this.#note();
    this.#show();
  }

  #undo() {
    if (!this.codes.undo()) return;
    this.#note();
    this.#show();
  }

  #show() {
    this.stage.refresh();
    this.stage.tellWay();
    if (this.way === "features") this.features?.show();
    if (this.way === "numbers") this.numbers?.show();
    if (this.way === "map") this.map?.show();
  }

  /** @param {string} name @param {(share: number) => Float32Array | null} codeAt @param {string} remark */
  #touch(name, codeAt, remark) {
    const codes = codesAlong(codeAt);
    if (!codes) return;
    setText(this.#stripSaid, `${EXPLORE.stripOf(name)}. ${remark}`);
    this.#strip.setAttribute("aria-label", EXPLORE.stripOf(name));
    this.stage.decodeBetween(codes, (index, crop) => {
      this.#strip.classList.remove("empty");
      paintFace(this.#strip, crop, index);
    });
  }

  show() {
    if (this.#isNew) this.#begin();
    this.stage.choose();
    this.map?.draw();
  }
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  const codes = new Codes(await record("explore.json"));
  const tab = new ExploreTab(root, page, codes);
  return { show: () => tab.show() };
}
