// The opening tab: the face, its code, what is kept of it, and one slider for beta.

import { find, findCanvas, make, setText } from "../dom.js";
import { Chart } from "../face/chart.js";
import { Dial } from "../face/dial.js";
import { Flow } from "../face/flow.js";
import { ModelsView, pointOf } from "../face/models_view.js";
import { createNoiseSlider, paintNoisy } from "../face/noise.js";
import { Readings } from "../face/readings.js";
import { Stage } from "../face/stage.js";
import { Row } from "../parts/row.js";
import { ALT, ERRORS } from "../words/face.js";
import { ERRORS as PROBLEMS } from "../words/page.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../dial/face_view.js").NetworkView} NetworkView
 */

const still = matchMedia("(prefers-reduced-motion: reduce)");

class FaceTab {
  #asked = false;
  /** @type {Map<string, NetworkView>} by network, since it was first chosen */
  #networks = new Map();
  /** @type {"pixels" | "errors"} */
  #view = "pixels";

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.dial = new Dial(page.store, page.faces.models, page.faces.dials);
    this.flow = new Flow(findCanvas("#strands"), {
      face: find(".picture.face"),
      code: find("#code"),
      copy: find(".picture.copy"),
    });
    this.row = new Row(find("#row"), page.faces.models, (model) => this.#choose(model));
    const chart = document.querySelector("#chart");
    if (!chart) throw new Error("the page has no chart");
    this.chart = new Chart(chart, page.faces.models);
    this.readings = new Readings(page.records.features, page.records.models);
    this.stage = new Stage();
    this.models = new ModelsView(page, this.dial, this);
    this.#listen();
    this.#openNetwork();
  }

  /** Return the face of the stage: the mirror's while it runs. */
  get face() {
    return this.page.faces.live ?? this.page.faces.current;
  }

  /** Return the view of the network that rebuilds the face, if one does and its files are here. */
  get network() {
    const { active } = this.dial;
    return active && this.#networks.get(active.name);
  }

  /** Fetch the view of the chosen network, when it is first chosen. */
  async #openNetwork() {
    const { network } = this.dial;
    if (network && !this.#networks.has(network.name)) {
      const opened = await import("../dial/face_view.js").catch(() => this.page.say(PROBLEMS.noTab));
      if (!opened || this.#networks.has(network.name)) return; // chosen twice meanwhile
      this.#networks.set(network.name, new opened.NetworkView(this.page, network, this));
    }
    this.#turn();
    this.showAll();
  }

  #listen() {
    const { store, faces } = this.page;
    store.listen(() => this.#turn(), ["beta"]);
    store.listen(() => this.#openNetwork(), ["family"]);
    faces.addEventListener("face", () => this.showFace());
    faces.addEventListener("live", (event) => {
      this.showFace();
      if (/** @type {CustomEvent<boolean>} */ (event).detail) this.showAll();
    });
    faces.addEventListener("copy", (event) => this.showCopy(/** @type {CustomEvent<string>} */ (event).detail));
    faces.addEventListener("done", () => this.showAll());
    faces.addEventListener("failed", (event) => {
      const { model } = /** @type {CustomEvent<{model: Model}>} */ (event).detail;
      this.row.fail(model.name, ERRORS.notLoadedShort);
      this.page.say(PROBLEMS.notLoaded(model.title));
    });
    for (const radio of document.querySelectorAll("[name=view]")) {
      radio.addEventListener("change", () => this.showView(/** @type {any} */ (radio).value));
    }
    const scores = find("#scores");
    scores.addEventListener("click", () => {
      const shown = scores.getAttribute("aria-pressed") !== "true";
      scores.setAttribute("aria-pressed", String(shown));
      find("#row").classList.toggle("with-scores", shown);
    });
    find("#noise").append(createNoiseSlider(this.page));
    store.listen(() => {
      this.paintFace();
      if (store.get().tab === "face") this.network?.follow();
    }, ["noise"]);
    new ResizeObserver(() => requestAnimationFrame(() => this.measure())).observe(find("#flow"));
    document.documentElement.addEventListener("theme", () => this.measure());
  }

  /** Follow the slider. */
  #turn() {
    if (this.page.store.get().tab !== "face") return; // another tab turns it, too
    this.network?.turn();
    this.refresh();
  }

  /** Go to a model; one that failed is tried again. @param {Model} model */
  #choose(model) {
    if (!this.page.faces.current?.copies.has(model.name)) this.page.faces.retry(model);
    this.dial.choose(model);
  }

  /** @param {"pixels" | "errors"} view */
  showView(view) {
    this.#view = view;
    this.row.view = view;
    find("#key").hidden = view === "pixels";
    if (this.face) this.row.show(this.face);
    this.refresh();
  }

  /** Show another face: its picture, and what is known of its copies. */
  showFace() {
    const { face } = this;
    if (!face) return;
    this.paintFace();
    findCanvas("#face-picture").setAttribute("aria-label", ALT.face(face.name));
    setText(find("#face-note"), face.note);
    this.row.show(face);
    this.#turn();
  }

  paintFace() {
    const { faces } = this.page;
    if (this.face) paintNoisy(findCanvas("#face-picture"), this.face.crop, faces.live ? 0 : faces.noise);
  }

  /** @param {string} name of the model */
  showCopy(name) {
    const copy = this.face?.copies.get(name);
    const model = this.page.faces.models.find((one) => one.name === name);
    if (copy && model) this.row.showCopy(model, copy);
    this.refresh();
  }

  /** Show all copies and the chart. */
  showAll() {
    const { face } = this;
    if (!face) return;
    this.row.show(face);
    const points = this.page.faces.models.flatMap(({ name }) => {
      const copy = face.copies.get(name);
      return copy ? [/** @type {const} */ ([name, pointOf(copy)])] : [];
    });
    this.chart.lay(new Map(points), this.network?.curves);
    this.refresh();
  }

  /** Show what another tab has changed meanwhile. */
  show() {
    this.#turn();
    this.measure();
  }

  measure() {
    if (document.querySelector("#panel-face[hidden]")) return;
    this.stage.measure();
    this.flow.measure();
    this.showAll();
  }

  /** Paint in the next frame, once. */
  refresh() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.paint();
    });
  }

  paint() {
    if (this.dial.ladder.length) this.#mark();
    if (!this.dial.active) this.models.paint(this.#view);
    else if (this.network) this.network.paint(this.#view);
    else this.stage.wait(true);
  }

  /** Mark the trained models around the slider in the row. */
  #mark() {
    const { low, high, share } = this.dial.step;
    this.row.mark(
      new Map([
        [high.name, share],
        [low.name, high === low ? 1 : 1 - share],
      ]),
    );
  }
}

/**
 * What is below the first screen is fetched last.
 *
 * @param {HTMLElement} _root its content is in index.html: it is drawn before any script runs
 * @param {Page} page
 */
export async function build(_root, page) {
  const { models, dials } = page.faces;
  if (!models.length || !(dials.length || models.some(({ beta }) => beta !== null))) {
    const sentence = models.length ? ERRORS.noFamily : ERRORS.drawings;
    find("#panel-face").replaceChildren(make("p", { className: "problem" }, sentence));
    return {};
  }
  const tab = new FaceTab(page);
  import("../parts/more.js").then(
    ({ buildMore }) => buildMore(find("#face-more"), page),
    () => page.say(PROBLEMS.noTab),
  );
  const quiet = still.matches || location.hash.includes("beta=") || page.faces.current;
  if (page.faces.current) tab.showFace();
  const sweep = () => !quiet && page.store.get().tab === "face" && tab.dial.sweep();
  page.faces.addEventListener("done", sweep, { once: true });
  return { show: () => tab.show() };
}
