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
 * Return the betas of n codes; null for a model with a beta of its own.
 *
 * @param {Model} model
 * @param {number | number[] | undefined} beta
 * @param {number} n
 */
async function betasOf(model, beta, n) {
  if (!model.highest && beta === undefined) return null;
  const { readBetas } = await import("./dials.js"); // only now: most pages have no such network
  return readBetas(model, beta, n);
}

/**
 * @param {Ask} ask
 * @param {Model[]} models
 * @returns {Pick<Engine, "encode" | "encodeAlong" | "decode" | "reconstruct" | "typicality">}
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
    async encode(name, crop, { beta, ...request } = {}) {
      const model = choose(name);
      return (await encode(ask, model, { crop, noise: 0, betas: await betasOf(model, beta, 1) }, request))[0];
    },

    async encodeAlong(name, crop, along, { noise = 0, ...request } = {}) {
      const model = choose(name);
      return encode(ask, model, { crop, noise, betas: await betasOf(model, along, along.length) }, request);
    },

    async decode(name, codes, { beta, ...request } = {}) {
      const model = choose(name);
      const own = codes.slice(); // the caller may go on writing into it
      const n = own.length / model.latents;
      if (!Number.isInteger(n) || n < 1)
        throw new RangeError(`${own.length} numbers are no codes of ${model.latents}.`);
      const betas = await betasOf(model, beta, n);
      const byServer = (/** @type {ServerWay} */ server) => server.decode(model, own, betas);
      return ask({ method: "decode", model: name, args: { codes: own, betas }, request, byServer });
    },

    async reconstruct(name, crop, { noise = 0, beta, ...request } = {}) {
      const model = choose(name);
      const betas = await betasOf(model, beta, 1);
      const byServer = (/** @type {ServerWay} */ server) => server.reconstruct(model, crop, noise, betas);
      return ask({ method: "reconstruct", model: name, args: { crop, noise, betas }, request, byServer });
    },

    async typicality(crop, { noise = 0, ...request } = {}) {
      const judge = models.find((model) => model.typicality);
      if (!judge) return null;
      const byServer = (/** @type {ServerWay} */ server) => server.typicality(crop, noise);
      return ask({ method: "typicality", model: judge.name, args: { crop, noise }, request, byServer });
    },
  };
}

/**
 * @param {Ask} ask
 * @param {Model} model
 * @param {{crop: Crop, noise: number, betas: Float32Array | null}} args
 * @param {Request} request
 * @returns {Promise<import("./types.js").Code[]>}
 */
function encode(ask, model, args, request) {
  const byServer = (/** @type {ServerWay} */ server) => server.encode(model, args.crop, args.noise, args.betas);
  return ask({ method: "encode", model: model.name, args, request, byServer });
}
