// "Whose is whose?": a round of four faces and their copies, the answer, and the next round.

import { writeAddress } from "../address.js";
import { make, setText } from "../dom.js";
import { createButton, createSwitch } from "../parts/controls.js";
import { ERRORS } from "../words/page.js";
import { WHOSE } from "../words/whose.js";
import { showLoss, showScore } from "./answer.js";
import { Board } from "./board.js";
import { drawCast, rebuildAll } from "./cast.js";
import { COUNT, LARGEST_SEED, score } from "./round.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../store.js").Family} Family
 * @typedef {import("./cast.js").Cast} Cast
 * @typedef {{seed: number, family: Family, photo: Uint8ClampedArray | null}} Round
 */

export class Game {
  #job = 0;
  /** @type {Round | null} that is shown */
  #round = null;
  /** @type {Cast | null} */
  #cast = null;
  /** @type {Map<string, number>} scores of rounds that were answered */
  #scores = new Map();

  /** @param {HTMLElement} root @param {Page} page @param {Map<Family, Model[]>} ladders */
  constructor(root, page, ladders) {
    this.root = root;
    this.page = page;
    this.ladders = ladders;
    this.board = new Board(() => this.#refresh());
    this.title = make("h1", { tabIndex: -1 }, WHOSE.title);
    this.about = make("p", { className: "note" });
    this.check = createButton(WHOSE.check, () => this.#answer(), "primary");
    this.result = make("div", { className: "result" });
    this.loss = make("section", { className: "loss-of", "aria-label": WHOSE.lost });
    this.own = make("input", { type: "checkbox", checked: true });
    this.families = this.#makeFamilies();
    this.#lay();
    const { store, faces } = page;
    const isOpen = () => store.get().tab === "whose";
    this.own.addEventListener("change", () => this.show());
    store.listen(() => isOpen() && this.show(), ["seed", "family"]);
    faces.addEventListener("face", () => isOpen() && this.show());
  }

  #lay() {
    const words = make("span", {}, WHOSE.own, make("small", {}, WHOSE.ownNote));
    this.ownLabel = make("label", { className: "own" }, this.own, words);
    const families = this.ladders.size > 1 ? [this.families] : [];
    this.root.append(
      make("div", { className: "head" }, this.title, this.about),
      make(
        "div",
        { className: "game" },
        this.board.root,
        make("div", { className: "beside" }, ...families, this.ownLabel, this.check, this.result, this.loss),
      ),
    );
  }

  #makeFamilies() {
    /** @type {[Family, string][]} */
    const choices = [...this.ladders].map(([family, ladder]) => [family, WHOSE.family(last(ladder))]);
    return createSwitch(WHOSE.families, "whose-family", choices, this.family, (family) =>
      this.page.store.set({ family }),
    );
  }

  /** @returns {Family} */
  get family() {
    const family = /** @type {Family} */ (this.page.store.get().family);
    return this.ladders.has(family) ? family : [...this.ladders.keys()][0]; // the slider's may be one network for every beta
  }

  /** @returns {Round} the round that the address and the visitor ask for */
  get #asked() {
    const face = this.page.faces.current;
    const photo = face?.id === "photo" && this.own.checked ? face.crop : null;
    return { seed: this.page.store.get().seed, family: this.family, photo };
  }

  /** Show the view; the focus was on something that is hidden now. */
  enter() {
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.getClientRects().length === 0)
      this.title.focus({ preventScroll: true });
    this.show();
  }

  /** Show the round of the address, unless it is shown already. */
  async show() {
    /** @type {HTMLElement} */ (this.ownLabel).hidden = this.page.faces.current?.id !== "photo";
    const { seed, family, photo } = this.#asked;
    const now = this.#round;
    if (now?.seed === seed && now.family === family && now.photo === photo) return;
    const job = ++this.#job;
    this.#round = { seed, family, photo };
    this.#begin();
    try {
      const cast = await drawCast(this.page, seed, family, photo);
      if (job === this.#job) this.#open(cast);
    } catch (error) {
      if (job === this.#job) this.#fail(/** @type {Error} */ (error));
    }
  }

  #begin() {
    this.#cast = null;
    this.check.hidden = false;
    this.root.dataset.of = this.family;
    const radio = this.families.querySelector(`[value=${this.family}]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
    setText(this.about, WHOSE.about(COUNT, last(this.ladders.get(this.family) ?? [])));
    this.board.root.setAttribute("aria-busy", "true");
    this.result.replaceChildren(make("p", { className: "note" }, WHOSE.drawing));
    this.loss.replaceChildren();
    this.#refresh();
  }

  /** @param {Cast} cast */
  #open(cast) {
    this.#cast = cast;
    this.board.root.removeAttribute("aria-busy");
    this.board.show(cast);
    this.result.replaceChildren(
      make("p", { className: "note" }, WHOSE.dreamt(Boolean(this.#round?.photo))),
      this.#buttons(false),
    );
  }

  /** @param {Error} error */
  #fail(error) {
    console.error(error);
    this.#round = null;
    const again = createButton(ERRORS.retry, () => this.show());
    this.board.root.removeAttribute("aria-busy");
    this.result.replaceChildren(make("p", { className: "problem", role: "alert" }, WHOSE.failed), again);
  }

  #refresh() {
    this.check.disabled = !this.#cast || !this.board.isFull;
  }

  async #answer() {
    const cast = this.#cast;
    if (!cast || !this.board.isFull) return;
    const right = score(cast.order, this.board.answer);
    this.board.reveal(cast.order);
    this.check.hidden = true;
    this.#scores.set(this.#keyOf(cast.family), right);
    this.result.replaceChildren(...showScore(right), ...this.#compare(), this.#buttons(true));
    /** @type {HTMLElement} */ (this.result.firstElementChild).focus();
    await this.#explain(cast);
  }

  /** Show how the faces were lost. @param {Cast} cast */
  async #explain(cast) {
    try {
      const rows = await rebuildAll(this.page, cast);
      if (cast === this.#cast) this.loss.replaceChildren(...showLoss(cast, rows));
    } catch (error) {
      console.error(error);
      const again = createButton(ERRORS.retry, () => this.#explain(cast));
      if (cast === this.#cast) this.loss.replaceChildren(make("p", { role: "alert" }, WHOSE.failed), again);
    }
  }

  /** Name the score that the same faces had with the other family, if they were played. */
  #compare() {
    const other = this.#other;
    const before = other && this.#scores.get(this.#keyOf(other));
    if (!other || before === undefined) return [];
    return [make("p", {}, WHOSE.before(last(this.ladders.get(other) ?? []), before, COUNT))];
  }

  /** @returns {Family | undefined} */
  get #other() {
    return [...this.ladders.keys()].find((family) => family !== this.family);
  }

  /** @param {Family} family */
  #keyOf(family) {
    return `${this.#round?.seed} ${family} ${this.#round?.photo ? "photo" : ""}`;
  }

  /** @param {boolean} isAnswered */
  #buttons(isAnswered) {
    const again = createButton(WHOSE.again, () => this.#goOn({ seed: Math.floor(Math.random() * LARGEST_SEED) }));
    const link = createButton(WHOSE.link, () => this.#copyLink());
    const other = this.#other;
    if (!isAnswered || !other) return make("p", { className: "buttons" }, again, link);
    again.className = "primary";
    const title = WHOSE.other(last(this.ladders.get(other) ?? []));
    const family = createButton(title, () => this.#goOn({ family: other }));
    return make("p", { className: "buttons" }, again, family, link);
  }

  /** Go to another round, from its beginning. @param {Partial<import("../store.js").State>} change */
  #goOn(change) {
    this.page.store.set(change);
    this.title.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  async #copyLink() {
    const link = new URL(writeAddress({ ...this.page.store.get(), tab: "whose", family: this.family }), location.href);
    try {
      await navigator.clipboard.writeText(link.href);
      this.page.say(WHOSE.linkCopied);
    } catch {
      this.page.say(link.href);
    }
  }
}

/** @param {Model[]} ladder */
const last = (ladder) => ladder[ladder.length - 1];
