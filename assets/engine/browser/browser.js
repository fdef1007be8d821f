// The page's side of the worker: requests and their answers.

import { fromPlain, RuntimeFailure } from "../errors.js";
import { newAbortError } from "./queue.js";

/**
 * @import { Progress, Request } from "../types.js"
 * @import { Setup } from "./worker.js"
 */

/** @typedef {{resolve: (value: any) => void, reject: (reason: unknown) => void}} Pending */

const NO_WORKER = "This browser could not compute in the background.";

/** Return a sentence why this browser cannot compute by itself, or "" if it may. */
export function explainMissing() {
  if (typeof WebAssembly === "undefined") return "This browser has no WebAssembly, or has it switched off.";
  if (typeof DecompressionStream === "undefined") return "This browser is too old to unpack ONNX Runtime.";
  return typeof Worker === "undefined" ? NO_WORKER : "";
}

/** A worker that answers requests; a new one takes over where it broke. */
export class BrowserWay {
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** @type {Worker | null} */
  #worker = null;
  #last = 0;
  #setup;
  #report;
  #createWorker;

  /**
   * @param {Setup} setup
   * @param {(progress: Progress) => void} report
   * @param {() => Worker} createWorker
   */
  constructor(setup, report, createWorker) {
    this.#setup = setup;
    this.#report = report;
    this.#createWorker = createWorker;
  }

  /**
   * Ask the worker. Rejects with the worker's error, or RuntimeFailure if the worker itself broke.
   *
   * @param {string} method
   * @param {string | null} model
   * @param {object} args
   * @param {Request} request
   * @returns {Promise<any>}
   */
  async ask(method, model, args, { key, signal }) {
    if (signal?.aborted) throw newAbortError("The request was cancelled.");
    const id = ++this.#last;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    signal?.addEventListener("abort", () => worker.postMessage({ cancel: id }), { once: true });
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ ask: { id, method, model, key, args } });
    });
  }

  /**
   * End the worker; the next request starts a new one.
   *
   * @param {Error} reason with which the requests that wait reject
   */
  stop(reason = newAbortError("The engine was closed.")) {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #start() {
    const worker = this.#tryCreate();
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.stop(new RuntimeFailure(NO_WORKER));
    };
    worker.onmessage = ({ data }) => {
      if (data.progress) this.#report(data.progress);
      else this.#settle(data);
    };
    worker.postMessage({ setup: this.#setup });
    return worker;
  }

  #tryCreate() {
    try {
      return this.#createWorker();
    } catch (cause) {
      throw new RuntimeFailure(NO_WORKER, { cause });
    }
  }

  /** @param {{id: number, value?: any, error?: import("../errors.js").PlainError}} answer */
  #settle({ id, value, error }) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (!error) {
      pending?.resolve(value);
      return;
    }
    const reason = fromPlain(error);
    pending?.reject(reason);
    // a broken runtime fails all its sessions; and a worker may remember that it could not load a module
    if (error.name === "RuntimeFailure" || error.isModule) this.stop(reason);
  }
}
