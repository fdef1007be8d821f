// Networks of every beta among the models of Explore and Morph: one cell of the row, decoded at the slider's beta.

import { DIALS } from "../words/dial.js";
import { within } from "./scale.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Dial} Dial
 * @typedef {Model & {family: "dial", highest: number, base?: string, dial: string}} DialModel dial: its name in a sentence
 */

/** @param {Model} model @returns {model is DialModel} */
export const isDialModel = (model) => model.family === "dial";

/**
 * Describe a network of every beta as a model. Its title follows the slider.
 *
 * @param {Dial} dial
 * @param {Page} page
 * @param {boolean} alone whether it is the only one of its kind
 * @returns {DialModel}
 */
function toModel(dial, { store }, alone) {
  const name = alone ? DIALS.name : dial.title;
  return {
    ...dial,
    family: "dial",
    dial: name,
    get title() {
      return DIALS.at(name, within(store.get().beta, dial.highest));
    },
    differs: alone ? [] : [dial.title],
    beta: null,
    stochastic: true,
    densities: dial.densities ?? null,
    film: null,
    typicality: null,
    error: null,
    information: null,
    found: null,
    price: "",
    sentence: "",
  };
}

/**
 * List the networks of every beta as models: those that see faces, or all where no model does.
 *
 * @param {Page} page
 * @returns {DialModel[]}
 */
export function dialModels(page) {
  const { dials = [] } = page.records;
  const shown = page.faces.models.length ? page.faces.dials : dials;
  return shown.map((dial) => toModel(dial, page, shown.length === 1));
}

/**
 * Return models as a row names them: its titles do not follow the slider.
 *
 * @param {Model[]} models
 */
export const forRow = (models) =>
  models.map((model) => (isDialModel(model) ? { ...model, title: DIALS.any(model.dial) } : model));

/**
 * Return the engine's decode, where networks of every beta decode at the slider's, unless the request has another.
 *
 * @param {Page} page
 * @param {Model[]} models
 * @returns {Page["engine"]["decode"]}
 */
export function createDecode({ engine, store }, models) {
  const highest = new Map(models.filter(isDialModel).map((model) => [model.name, model.highest]));
  return (name, codes, request = {}) => {
    const most = highest.get(name);
    return engine.decode(name, codes, most ? { beta: within(store.get().beta, most), ...request } : request);
  };
}

/** Show cells of networks that are not opened yet as closed, not as waiting. @param {HTMLElement} row */
export function closeCells(row) {
  for (const cell of row.querySelectorAll(".group.dial .cell")) cell.classList.remove("waiting");
}
