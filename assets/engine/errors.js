// Errors that callers of the engine meet, known by their names: they come from a worker, which loses their classes.

/** File that could not be loaded; the next request tries again. */
export class LoadError extends Error {
  name = "LoadError";

  /**
   * @param {string} what the subject of the message
   * @param {unknown} cause
   * @param {boolean} isModule a module: this worker may remember that it could not load it
   */
  constructor(what, cause, isModule = false) {
    super(`${what} could not be loaded. Check the connection and try again.`, { cause });
    this.isModule = isModule;
  }
}

/** Model that ONNX Runtime cannot open. */
export class OpenFailure extends Error {
  name = "OpenFailure";
}

/** Failure while a model runs: a broken WebAssembly instance answers no further request. */
export class RuntimeFailure extends Error {
  name = "RuntimeFailure";
}

/**
 * @typedef {object} PlainError an error as a message can hold it
 * @property {string} name
 * @property {string} message
 * @property {boolean} isModule see LoadError
 */

/**
 * @param {unknown} error
 * @returns {PlainError}
 */
export function toPlain(error) {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), isModule: false };
  return { name: error.name, message: error.message, isModule: error instanceof LoadError && error.isModule };
}

/**
 * @param {PlainError} plain
 * @returns {Error}
 */
export function fromPlain({ name, message }) {
  return name === "AbortError" ? new DOMException(message, name) : Object.assign(new Error(message), { name });
}
