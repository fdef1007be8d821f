// The opening tab: the face, its code, what is kept of it, and one slider for beta.

import { blend, css, readPalette } from "../colours.js";
import { find, findCanvas, make, setText } from "../dom.js";
import { Chart } from "../face/chart.js";
import { Dial } from "../face/dial.js";
import { barsOf, Flow } from "../face/flow.js";
import { createNoiseSlider, paintNoisy } from "../face/noise.js";
import { Readings } from "../face/readings.js";
import { contextOf, enlarge, SAVED } from "../facebar/picture.js";
import { spokenTitle } from "../models.js";
import { buildMore } from "../parts/more.js";
import { Row } from "../parts/row.js";
import { ALT, DIAL, ERRORS } from "../words/face.js";
import { ERRORS as PROBLEMS } from "../words/page.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../facebar/faces.js").Copy} Copy
 */

const still = matchMedia("(prefers-reduced-motion: reduce)");
const QUIET = 400; // milliseconds until a slider counts as at rest

class FaceTab {
  #asked = false;
  #shade = "";
  #spoken = 0;
  #copyContext = contextOf(findCanvas("#copy"));
  /** @type {"pixels" | "errors"} */
  #view = "pixels";

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.dial = new Dial(page.store, page.faces.models);
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
    this.palette = readPalette();
    this.#listen();
  }

  /** Return the face of the stage: the mirror's while it runs. */
  get face() {
    return this.page.faces.live ?? this.page.faces.current;
  }

  #listen() {
    const { store, faces } = this.page;
    store.listen(() => this.refresh(), ["beta", "family"]);
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
    store.listen(() => this.paintFace(), ["noise"]);
    new ResizeObserver(() => requestAnimationFrame(() => this.measure())).observe(find("#flow"));
    document.documentElement.addEventListener("theme", () => this.measure());
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
    this.refresh();
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
    this.chart.lay(new Map([...face.copies].map(([name, copy]) => [name, pointOf(copy)])));
    this.refresh();
  }

  measure() {
    if (document.querySelector("#panel-face[hidden]")) return;
    this.palette = readPalette();
    this.#shade = "";
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
    const { low, high, share, nearest, trained } = this.dial.step;
    const [a, b] = [low, high].map((model) => this.face?.copies.get(model.name));
    this.#mark(low, high, share);
    this.#tell(nearest, trained, low, high);
    const nearestCopy = this.face?.copies.get(nearest.name);
    find("#stage").classList.toggle("waiting", !nearestCopy && !this.page.faces.live); // the next frame has it
    if (!nearestCopy) return;
    const [from, to] = [a ?? nearestCopy, b ?? nearestCopy];
    const accent = this.#tint(low, high, share);
    this.flow.draw(barsOf(from.code, low), barsOf(to.code, high), share, accent, this.palette.idle);
    this.#paintCopy(from, to, share);
    this.chart.move(pointOf(from), pointOf(to), share, css(accent));
    this.readings.showFace(nearestCopy, nearest);
  }

  /** @param {Copy} from @param {Copy} to @param {number} share */
  #paintCopy(from, to, share) {
    const context = this.#copyContext;
    context.globalAlpha = 1;
    context.drawImage(enlarge(from[this.#view], SAVED), 0, 0);
    if (share === 0) return;
    context.globalAlpha = share;
    context.drawImage(enlarge(to[this.#view], SAVED), 0, 0);
  }

  /** Set the colour of this position of the slider for the whole stage. @param {Model} low @param {Model} high @param {number} share */
  #tint(low, high, share) {
    const step = Math.round(share * 24) / 24; // a new colour restyles the stage: not in every frame
    const { fill, text } = this.palette;
    const accent = blend(fill[low.family], fill[high.family], step);
    const shade = css(accent);
    if (shade !== this.#shade) {
      this.#shade = shade;
      const style = find("#stage").style;
      style.setProperty("--accent", shade);
      style.setProperty("--accent-text", css(blend(text[low.family], text[high.family], step)));
      find("#row").style.setProperty("--accent", shade);
    }
    return accent;
  }

  /** @param {Model} low @param {Model} high @param {number} share */
  #mark(low, high, share) {
    this.row.mark(
      new Map([
        [high.name, share],
        [low.name, high === low ? 1 : 1 - share],
      ]),
    );
  }

  /** @param {Model} nearest @param {boolean} trained @param {Model} low @param {Model} high */
  #tell(nearest, trained, low, high) {
    const { family, beta } = this.page.store.get();
    setText(
      find("#price"),
      beta === null ? "AE" : trained ? DIAL.name(nearest.beta ?? 1) : DIAL.name(Number(beta.toPrecision(2))),
    );
    setText(find("#price-note"), trained ? DIAL.note(nearest, family) : DIAL.blend(low.beta ?? 1, high.beta ?? 1));
    setText(find("#copy-of"), trained ? `, ${nearest.title}` : DIAL.blended);
    if (!this.readings.showModel(nearest)) return;
    findCanvas("#copy").setAttribute("aria-label", ALT.copy(spokenTitle(nearest)));
    find("#code").setAttribute("aria-label", ALT.code(nearest.latents, nearest.inUse));
    clearTimeout(this.#spoken);
    this.#spoken = window.setTimeout(() => this.readings.speak(this.face, nearest), QUIET);
  }
}

/** @param {Copy} copy */
const pointOf = ({ scores }) => ({ nats: scores.kl, error: scores.squaredError });

/**
 * @param {HTMLElement} _root its content is in index.html: it is drawn before any script runs
 * @param {Page} page
 */
export async function build(_root, page) {
  if (!page.faces.models.length || !page.faces.models.some(({ beta }) => beta !== null)) {
    find("#panel-face").replaceChildren(
      make("p", { className: "problem" }, page.faces.models.length ? ERRORS.noFamily : ERRORS.drawings),
    );
    return {};
  }
  const tab = new FaceTab(page);
  buildMore(find("#face-more"), page);
  const quiet = still.matches || location.hash.includes("beta=") || page.faces.current;
  if (page.faces.current) tab.showFace();
  const sweep = () => !quiet && page.store.get().tab === "face" && tab.dial.sweep();
  page.faces.addEventListener("done", sweep, { once: true });
  return { show: () => tab.measure() };
}
