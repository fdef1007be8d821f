// Codes of the page's face by networks of every beta, at beta 1: the same code means the same face at every beta.

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../facebar/faces.js").Face} Face
 */

/**
 * The codes that are known, and those that are asked for. A network is asked for a face's code once it was opened, so
 * its files are fetched only then. Events, of the page's face: "code" for each code (detail: the network's name),
 * "failed" (detail: {name, error}).
 */
export class DialCodes extends EventTarget {
  /** @type {Set<string>} */
  #opened = new Set();
  /** @type {WeakMap<Face, Map<string, Float32Array | null>>} by network and noise; null: asked for */
  #codes = new WeakMap();

  /** @param {Page} page */
  constructor(page) {
    super();
    this.page = page;
  }

  /** Ask a network for the code of the page's face, now and of every later face. @param {string} name */
  open(name) {
    this.#opened.add(name);
    return this.#ask(name);
  }

  /** Ask every network that was opened for the code of the page's face. */
  follow() {
    return Promise.all([...this.#opened].map((name) => this.#ask(name)));
  }

  /** Tell whether a network was opened. @param {string} name */
  isOpen(name) {
    return this.#opened.has(name);
  }

  /** Return the code of the page's face; null where it is not known yet. @param {string} name */
  of(name) {
    const { current, noise } = this.page.faces;
    return (current && this.#codes.get(current)?.get(`${name} ${noise}`)) ?? null;
  }

  /** Return all codes of the page's face that are known, by network. @returns {Record<string, Float32Array>} */
  all() {
    return Object.fromEntries(
      [...this.#opened].flatMap((name) => {
        const code = this.of(name);
        return code ? [[name, code]] : [];
      }),
    );
  }

  /** @param {string} name */
  async #ask(name) {
    const { current: face, noise } = this.page.faces;
    if (!face) return;
    /** @type {Map<string, Float32Array | null>} */
    const codes = this.#codes.get(face) ?? new Map();
    this.#codes.set(face, codes);
    const key = `${name} ${noise}`;
    if (codes.has(key)) return;
    codes.set(key, null);
    try {
      const [{ mean }] = await this.page.engine.encodeAlong(name, face.crop, [1], { noise });
      codes.set(key, mean);
      if (face === this.page.faces.current) this.dispatchEvent(new CustomEvent("code", { detail: name }));
    } catch (error) {
      codes.delete(key); // the next call tries again
      if (/** @type {Error} */ (error).name === "AbortError" || face !== this.page.faces.current) return;
      this.dispatchEvent(new CustomEvent("failed", { detail: { name, error } }));
    }
  }
}
