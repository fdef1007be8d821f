// Explore: change the face's code, and every model moves along (report, Fig. 1).

import { isDialModel } from "../dial/model.js";
import { DialPanel, loadDialStyle } from "../dial/panel.js";
import { make } from "../dom.js";
import { buildActions } from "../explore/actions.js";
import { Codes } from "../explore/codes.js";
import { Features } from "../explore/features.js";
import { MapPanel } from "../explore/map_panel.js";
import { Numbers } from "../explore/numbers.js";
import { Stage } from "../explore/stage.js";
import { Touched } from "../explore/touched.js";
import { record } from "../models.js";
import { choose, createSwitch } from "../parts/controls.js";
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

  /** @param {HTMLElement} root @param {Page} page @param {Codes} codes */
  constructor(root, page, codes) {
    this.page = page;
    this.codes = codes;
    this.dial = new DialPanel(page, (model) => this.touched.showBetas(model, () => codes.of(model.name)));
    const { models } = page.faces;
    this.sees = models.length > 0;
    this.models = [...(this.sees ? models : page.records.models), ...this.dial.models]; // those of drawings begin with random numbers
    const row = make("div", { className: "row explore-row", role: "group", "aria-label": EXPLORE.all });
    const large = make("div", { className: "large-stage" });
    this.stage = new Stage(row, large, page, codes, this.models, () => this.#choose());
    this.touched = new Touched(this.stage);
    large.append(
      this.touched.root,
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
    page.store.listen(() => this.#isShown && this.#choose(), ["model"]);
    page.store.listen(() => this.#isShown && this.#turn(), ["beta"]);
    this.dial.codes.addEventListener("code", () => this.#begin());
    this.dial.codes.addEventListener("failed", (event) => this.stage.fail(/** @type {CustomEvent} */ (event).detail));
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

  get #isShown() {
    return this.page.store.get().tab === "explore";
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
      touch: (/** @type {Parameters<Touched["show"]>} */ ...touch) => this.touched.show(...touch),
    };
    const panels = this.#panels;
    const faint = (/** @type {number} */ score) =>
      isDialModel(this.stage.model) ? EXPLORE.faintAtOne(score) : EXPLORE.faint(score); // its probes are those of beta 1
    this.features = new Features(panels.features, this.page.records.features, this.codes, model, hand, faint);
    this.numbers = new Numbers(panels.numbers, this.codes, model, hand);
    this.map = new MapPanel(panels.map, this.codes, () => this.stage.model, hand);
    /** @type {[Way, string][]} */
    const parts = [
      ["features", EXPLORE.parts.features],
      ["numbers", EXPLORE.parts.numbers],
      ["map", EXPLORE.parts.map],
    ];
    this.chooser = createSwitch(EXPLORE.partsLabel, "part", parts, this.way, (way) => this.page.store.set({ way }));
    this.#offerWays();
    return make("div", { className: "ways" }, this.dial.root, this.chooser, ...Object.values(panels));
  }

  /** Return the way of changing a code that is shown: a network of every beta may have no map. */
  get way() {
    const { way } = this.page.store.get();
    return way === "map" && !this.#offersMap ? "features" : way;
  }

  get #offersMap() {
    const { model } = this.stage;
    return !isDialModel(model) || model.densities !== null;
  }

  /** Show the chosen model, and open it where that is a network of every beta. */
  #choose() {
    this.dial.choose(this.stage.model, this.stage.row);
    this.stage.choose();
    if (!this.sees && !this.codes.of(this.stage.model.name)) this.#beginAtRandom();
    this.#showWay();
  }

  /** Follow the slider for beta: the same code, at another price. */
  #turn() {
    this.dial.note(this.stage.row);
    for (const name of this.dial.opened) this.stage.turn(name);
  }

  #offerWays() {
    if (!this.chooser) return;
    const map = this.chooser.querySelector("[value=map]")?.closest("label");
    if (map) map.hidden = !this.#offersMap;
    choose(this.chooser, this.way);
    for (const [name, panel] of Object.entries(this.#panels)) panel.hidden = name !== this.way;
  }

  #showWay() {
    this.#offerWays();
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
    this.#isNew = !this.#isShown; // begin when this tab is opened
    if (this.#isNew) return;
    this.dial.choose(this.stage.model, this.stage.row);
    if (!this.sees) return this.#beginAtRandom();
    const copies = [...(this.page.faces.current?.copies ?? [])];
    const codes = {
      ...Object.fromEntries(copies.map(([name, { code }]) => [name, code.mean])),
      ...this.dial.codes.all(),
    };
    if (Object.keys(codes).length) this.#beginWith(codes);
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
    const open = this.models.filter((model) => !isDialModel(model) || this.dial.codes.isOpen(model.name));
    this.#beginWith(Object.fromEntries(open.map((model) => [model.name, code(model)])));
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

  show() {
    if (this.#isNew) this.#begin();
    this.#choose();
    this.map?.draw();
  }
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  const [codes] = await Promise.all([
    record("explore.json").then((records) => new Codes(records)),
    loadDialStyle(page),
  ]);
  const tab = new ExploreTab(root, page, codes);
  return { show: () => tab.show() };
}
