// The engine's methods: each asks the browser's way first, and the server's where the browser cannot answer.

import { newAbortError } from "./browser/queue.js";

/**
 * @import { BrowserWay } from "./browser/browser.js"
 * @import { ServerWay } from "./server.js"
 * @import { Crop, Engine, Found, Model, Request } from "./types.js"
 * @import { Ways } from "./ways.js"
 */

/**
 * @typedef {object} Question
 * @property {string} method of the worker
 * @property {string | null} model null for photographs
 * @property {object} args
 * @property {Request} request
 * @property {(server: ServerWay) => Promise<any>} [byServer] none: only the browser answers
 */

const ANOTHER_FILE = "Save it as a JPEG or PNG file of the usual kind, or take a screenshot of it, and choose that.";

/** @typedef {(question: Question) => Promise<any>} Ask */

/** @typedef {{number: number, blob: Blob, crops: Crop[] | null}} Photograph crops: if the server has found the faces */

/**
 * @param {Ways} ways
 * @param {BrowserWay} browser
 * @param {(() => Promise<ServerWay>) | null} openServer
 * @param {(reason: string) => Promise<boolean>} [mayAskServer]
 * @returns {Ask}
 */
export function createAsk(ways, browser, openServer, mayAskServer = async () => true) {
  return async ({ method, model, args, request, byServer }) => {
    while (ways.mayTry(model)) {
      try {
        const value = await browser.ask(method, model, args, request);
        ways.succeed(model);
        return value;
      } catch (error) {
        const next = ways.fail(model, /** @type {Error} */ (error));
        if (next === "fail") throw toCallers(/** @type {Error} */ (error));
        if (next === "server") break;
      }
    }
    if (!openServer || !byServer || request.local) throw new Error(ways.of(model).reason);
    if (!(await mayAskServer(ways.of(model).reason))) throw newAbortError("The visitor sends nothing to the server.");
    const server = await openServer();
    return server.ask(request, () => byServer(server));
  };
}

/**
 * Without a server, a picture that needs one is a picture that cannot be used.
 *
 * @param {Error} error
 */
const toCallers = (error) =>
  error.name === "ServerNeeded"
    ? Object.assign(new Error(`${error.message} ${ANOTHER_FILE}`), { name: "PictureError" })
    : error;

/**
 * @param {Ask} ask
 * @returns {Pick<Engine, "find" | "align" | "cut" | "follow">}
 */
export function createPhotographMethods(ask) {
  /** @type {WeakMap<Found, Photograph>} */
  const photographs = new WeakMap();
  /** @type {WeakMap<Blob, number>} */
  const numbers = new WeakMap();
  let last = 0;

  /** @param {Blob} blob */
  function describe(blob) {
    const number = numbers.get(blob) ?? ++last;
    numbers.set(blob, number);
    return { number, blob };
  }

  return {
    async find(photo, request = {}) {
      const photograph = describe(photo);
      /** @type {Crop[] | null} */
      let crops = null;
      const byServer = async (/** @type {ServerWay} */ server) => {
        const answer = await server.find(photo);
        crops = answer.crops;
        return answer.found;
      };
      const found = await ask({ method: "find", model: null, args: { photograph }, request, byServer });
      photographs.set(found, { ...photograph, crops });
      return found;
    },

    async align(found, which = 0, request = {}) {
      const photograph = photographs.get(found);
      const face = found.faces[which];
      if (!photograph || !face) throw new RangeError(`There is no face ${which} of this photograph.`);
      const { number, blob, crops } = photograph;
      if (crops) return crops[which].slice();
      const byServer = async (/** @type {ServerWay} */ server) => (await server.find(blob)).crops[which];
      return ask({ method: "align", model: null, args: { photograph: { number, blob }, face }, request, byServer });
    },

    async cut(photo, square = null, request = {}) {
      const args = { photograph: describe(photo), square };
      return ask({ method: "cut", model: null, args, request, byServer: (server) => server.cut(photo, square) });
    },

    follow: (frame, time, request = {}) => ask({ method: "follow", model: null, args: { frame, time }, request }),
  };
}

/**
 * @param {Ask} ask
 * @param {Model[]} models
 * @returns {Pick<Engine, "encode" | "decode" | "reconstruct" | "typicality">}
 */
export function createModelMethods(ask, models) {
  const named = new Map(models.map((model) => [model.name, model]));
  /** @param {string} name */
  function choose(name) {
    const model = named.get(name);
    if (!model) throw new RangeError(`There is no model ${name}.`);
    return model;
  }

  return {
    async encode(name, crop, request = {}) {
      const byServer = (/** @type {ServerWay} */ server) => server.encode(choose(name), crop);
      return ask({ method: "encode", model: name, args: { crop }, request, byServer });
    },

    async decode(name, codes, request = {}) {
      const model = choose(name);
      const own = codes.slice(); // the caller may go on writing into it
      const n = own.length / model.latents;
      if (!Number.isInteger(n) || n < 1)
        throw new RangeError(`${own.length} numbers are no codes of ${model.latents}.`);
      const byServer = (/** @type {ServerWay} */ server) => server.decode(model, own);
      return ask({ method: "decode", model: name, args: { codes: own }, request, byServer });
    },

    async reconstruct(name, crop, { noise = 0, ...request } = {}) {
      const byServer = (/** @type {ServerWay} */ server) => server.reconstruct(choose(name), crop, noise);
      return ask({ method: "reconstruct", model: name, args: { crop, noise }, request, byServer });
    },

    async typicality(crop, { noise = 0, ...request } = {}) {
      const judge = models.find((model) => model.typicality !== null);
      if (!judge) return null;
      const byServer = (/** @type {ServerWay} */ server) => server.typicality(crop, noise);
      return ask({ method: "typicality", model: judge.name, args: { crop, noise }, request, byServer });
    },
  };
}
