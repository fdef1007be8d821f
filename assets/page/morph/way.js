// The way from the first face's code to the second's, by each model.

import { isDialModel } from "../dial/model.js";
import { lerp, slerp } from "./paths.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 */

export class Way {
  /**
   * @param {Page} page
   * @param {Model[]} models
   * @param {import("./second_face.js").SecondFace} second
   * @param {import("../dial/panel.js").DialPanel} dial
   */
  constructor(page, models, second, dial) {
    this.page = page;
    this.models = models;
    this.second = second;
    this.dial = dial;
  }

  /**
   * Return the code at a share of the way; null where an end is not known yet.
   *
   * @param {string} name of the model
   * @param {number} t
   */
  at(name, t) {
    const a = this.page.faces.current?.copies.get(name)?.code.mean ?? this.dial.codes.of(name);
    const b = this.second.codes[name];
    if (!a || !b) return null;
    return this.page.store.get().path === "arc" ? slerp(a, b, t) : lerp(a, b, t);
  }

  /** Return the first face's codes by every model that has one. @returns {Record<string, Float32Array>} */
  get first() {
    const copies = [...(this.page.faces.current?.copies ?? [])];
    return { ...Object.fromEntries(copies.map(([name, { code }]) => [name, code.mean])), ...this.dial.codes.all() };
  }

  /** List the models, without networks of every beta that have no codes of both faces. */
  get open() {
    return this.models.filter((model) => !isDialModel(model) || this.at(model.name, 0));
  }
}
