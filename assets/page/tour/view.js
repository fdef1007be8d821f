// The frame of the tour: where one is, the words of the step, its maths on a click, and the ways on, back and out.

import { TOUR_STEPS } from "../address.js";
import { find, make, setText } from "../dom.js";
import { createButton } from "../parts/controls.js";
import { STEP_WORDS, TOUR } from "../words/tour.js";
import { Dials } from "./dials.js";
import { Dream } from "./dream.js";
import { buildMaths } from "./formulas.js";
import { Pay } from "./pay.js";
import { Squeeze } from "./squeeze.js";
import { recallStep, rememberStep, STEPS, stepAt, stepByKey } from "./steps.js";
import { Trade } from "./trade.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("./facts.js").Facts} Facts
 *
 * @typedef {{root: HTMLElement, show: () => void}} StepPart the picture and the control of a step
 * @typedef {{article: HTMLElement, title: HTMLElement, part: StepPart}} Built
 */

const PARTS = { squeeze: Squeeze, dream: Dream, pay: Pay, dials: Dials, trade: Trade };
const OWN_KEYS = "input, select, textarea, [role=slider], summary"; // these need the arrows themselves

export class Tour {
  /** @type {Map<number, Built>} */
  #built = new Map();
  #status = make("p", { className: "visually-hidden", role: "status" });
  #back = createButton(TOUR.back, () => this.go(this.number - 1));
  #next = createButton(TOUR.next, () => this.go(this.number + 1), "primary");
  #finish = createButton(TOUR.finish, () => this.#end(), "primary");
  #again = createButton(TOUR.again, () => this.go(1));
  #present = createButton(TOUR.present, () => this.#end(true), "plain on-a-desk");

  /** @param {HTMLElement} root @param {Page} page @param {Facts} facts */
  constructor(root, page, facts) {
    this.page = page;
    this.facts = facts;
    this.place = make("div", { className: "tour-steps" });
    this.links = STEPS.map(({ name }, i) =>
      make("a", { href: `#tour=${i + 1}` }, make("b", {}, String(i + 1)), make("span", {}, STEP_WORDS[name].title)),
    );
    const list = make("ol", {}, ...this.links.map((link) => make("li", {}, link)));
    const leave = createButton(TOUR.leave, () => this.leave());
    root.append(
      make("div", { className: "tour-top" }, make("nav", { "aria-label": TOUR.steps }, list), leave),
      this.place,
      make("div", { className: "tour-foot" }, this.#back, this.#again, this.#present, this.#next, this.#finish),
      this.#status,
    );
    this.#listen();
  }

  #listen() {
    const { store, faces } = this.page;
    store.listen(({ tab }) => tab === "tour" && this.show(), ["step"]);
    for (const type of ["face", "copy", "done"]) faces.addEventListener(type, () => this.isOpen && this.#paint());
    document.documentElement.addEventListener("theme", () => this.isOpen && this.#paint());
    new ResizeObserver(() => requestAnimationFrame(() => this.isOpen && this.#paint())).observe(this.place);
    addEventListener("keydown", (event) => this.isOpen && this.#key(event));
  }

  get isOpen() {
    return this.page.store.get().tab === "tour";
  }

  /** Return the number of the present step, from 1. */
  get number() {
    return this.page.store.get().step || recallStep();
  }

  /** @param {number} step */
  go(step) {
    this.page.store.set({ step });
    scrollTo({ top: 0 });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && !event.defaultPrevented) return this.leave(); // else it ended something else
    const own = event.target instanceof Element && event.target.closest(OWN_KEYS);
    const step = own || event.defaultPrevented ? null : stepByKey(event.key, this.number);
    if (step === null) return undefined;
    event.preventDefault();
    return this.go(step);
  }

  /** Leave for the tab that the step speaks of. */
  leave() {
    const { tab } = stepAt(this.number);
    this.page.store.set({ tab });
    scrollTo({ top: 0 });
    find(`#tab-${tab}`).focus({ preventScroll: true });
  }

  /** End the tour at the visitor's own face. @param {boolean} [present] on the full screen */
  #end(present = false) {
    this.leave();
    rememberStep(1);
    this.page.store.set({ step: 0 });
    this.page.say(TOUR.end);
    find(present ? "#present" : "#upload").focus({ preventScroll: true });
    if (present) find("#present").click();
  }

  /** Show the present step, and let the heading have the focus. */
  show() {
    const { number } = this;
    if (!this.page.store.get().step) return this.page.store.set({ step: number }); // which calls again
    rememberStep(number);
    if (!this.#built.has(number)) this.#built.set(number, this.#build(number));
    for (const [n, { article }] of this.#built) article.hidden = n !== number;
    for (const [i, link] of this.links.entries())
      link[i + 1 === number ? "setAttribute" : "removeAttribute"]("aria-current", "step");
    const last = number === TOUR_STEPS;
    this.#back.hidden = number === 1;
    this.#next.hidden = last;
    for (const button of [this.#finish, this.#again, this.#present]) button.hidden = !last;
    this.#built.get(number)?.title.focus({ preventScroll: true });
    return this.#paint();
  }

  async #paint() {
    try {
      await this.#built.get(this.number)?.part.show();
    } catch (error) {
      this.page.say(/** @type {Error} */ (error).message);
    }
  }

  /** @param {number} number @returns {Built} */
  #build(number) {
    const { name } = stepAt(number);
    const words = STEP_WORDS[name];
    const { facts } = this;
    const conclusion = make("p", { className: "conclusion" }, words.conclusion(facts));
    const part = new PARTS[name](this.page, facts, () => {
      if (article.classList.contains("done")) return;
      article.classList.add("done");
      setText(this.#status, words.conclusion(facts));
    });
    const of = make("small", {}, TOUR.step(number, TOUR_STEPS));
    const title = make("h1", { tabIndex: -1 }, of, " ", words.title);
    const told = make("div", { className: "step-words" }, title, make("p", { className: "text" }, words.text(facts)));
    told.append(make("p", { className: "task" }, words.task(facts)));
    const say = (/** @type {string} */ text, /** @type {string} */ tag) =>
      make(/** @type {"p"} */ (tag), tag === "p" ? { className: "note" } : {}, text);
    const summary = make("summary", {}, TOUR.maths);
    const maths = make("details", { className: "fold maths-of-step" }, summary, ...buildMaths(name, say));
    const picture = make("div", { className: "picture-of-step" }, part.root);
    const article = make("article", { className: `tour-step ${name}` }, told, picture, conclusion, maths);
    this.place.append(article);
    return { article, title, part };
  }
}
