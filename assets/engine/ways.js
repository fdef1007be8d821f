import { explainMissing } from "./browser/browser.js";

/**
 * @import { Answering, Model } from "./types.js"
 */

const MOST_FAILURES = 3; // in a row, of a model that cannot be loaded
const MOST_BREAKDOWNS = 2; // of the runtime

const OTHER_BROWSER = "Open the page in a current Firefox, Chrome, Edge or Safari.";
const BROWSER = Object.freeze({ way: /** @type {const} */ ("browser"), reason: "" });

/** Who answers for each model and for photographs (null), and why; a listener hears of every change. */
export class Ways {
  /** @type {Map<string | null, Answering>} */
  #answering = new Map();
  /** @type {Map<string | null, number>} */
  #failures = new Map();
  /** @type {Set<string | null>} */
  #final = new Set(); // those whom the browser answers no more
  #breakdowns = 0;
  /** @type {Error | null} */
  #breakdown = null; // the last one: all requests of a worker reject with the same error
  #listen;

  /**
   * @param {Model[]} models
   * @param {boolean} hasServer
   * @param {(model: string | null, answering: Answering) => void} listen
   */
  constructor(models, hasServer, listen) {
    this.hasServer = hasServer;
    this.#listen = listen;
    const missing = explainMissing();
    this.#begin(null, missing);
    for (const { name, encoder, decoder } of models) {
      this.#begin(name, missing || (encoder && decoder ? "" : "This model has no ONNX files."));
    }
  }

  /**
   * @param {string | null} model
   * @param {string} missing why the browser cannot answer, or ""
   */
  #begin(model, missing) {
    this.#answering.set(model, missing ? this.#server(missing) : BROWSER);
    if (missing) this.#final.add(model);
  }

  /**
   * Return whether the browser shall be asked first.
   *
   * @param {string | null} model
   */
  mayTry(model) {
    this.of(model); // refuses unknown names
    return !this.#final.has(model);
  }

  /**
   * @param {string | null} model null for photographs
   * @returns {Answering}
   */
  of(model) {
    const answering = this.#answering.get(model);
    if (!answering) throw new RangeError(`There is no model ${model}.`);
    return answering;
  }

  /**
   * Note an answer of the browser.
   *
   * @param {string | null} model
   */
  succeed(model) {
    this.#failures.delete(model);
    this.#set(model, BROWSER);
  }

  /**
   * Note a failure of the browser; return whether the browser shall try again, the server answers, or neither.
   *
   * @param {string | null} model
   * @param {Error} error
   * @returns {"again" | "server" | "fail"}
   */
  fail(model, error) {
    if (error.name === "RuntimeFailure") {
      if (error !== this.#breakdown) this.#breakdowns++;
      this.#breakdown = error;
      if (this.#breakdowns < MOST_BREAKDOWNS) return "again";
      for (const each of this.#answering.keys()) this.#giveUp(each, error.message);
    } else if (error.name === "OpenFailure") this.#giveUp(model, error.message);
    else if (error.name === "LoadError") {
      const failures = (this.#failures.get(model) ?? 0) + 1;
      this.#failures.set(model, failures);
      if (failures < MOST_FAILURES) return "fail"; // the next request loads it
      this.#giveUp(model, error.message);
    } else if (error.name === "ServerNeeded") this.#set(model, this.#server(error.message));
    else return "fail";
    return this.hasServer ? "server" : "fail";
  }

  /**
   * @param {string | null} model
   * @param {string} reason
   */
  #giveUp(model, reason) {
    if (!this.hasServer) return; // the browser may be asked again: nobody else answers
    this.#final.add(model);
    this.#set(model, this.#server(reason));
  }

  /**
   * @param {string | null} model
   * @param {Answering} answering
   */
  #set(model, answering) {
    const before = this.of(model);
    if (before.way === answering.way && before.reason === answering.reason) return;
    this.#answering.set(model, answering);
    this.#listen(model, answering);
  }

  /**
   * @param {string} reason
   * @returns {Answering}
   */
  #server(reason) {
    return { way: "server", reason: this.hasServer ? reason : `${reason} ${OTHER_BROWSER}` };
  }
}
