// The browser's way: everything is computed in this worker, so that the page never waits, one after the other.

import { LoadError, toPlain } from "../errors.js";
import { Queue } from "./queue.js";
import { Sessions } from "./sessions.js";

/**
 * @import { Frames } from "./frames.js"
 * @import { Model } from "../types.js"
 * @import { Photographs } from "../photographs.js"
 * @import { Run } from "./sessions.js"
 */

/**
 * @typedef {{runtime: string, networks: Record<string, string>, models: Model[]}} Setup addresses, all absolute
 * @typedef {{id: number, method: string, model: string | null, key?: string, args: any}} Ask
 * @typedef {{setup: Setup} | {cancel: number} | {ask: Ask}} Message
 */

/**
 * @typedef {object} Context what a method works with
 * @property {Run} encoder
 * @property {Run} decoder
 * @property {Record<string, Run>} networks
 * @property {typeof import("../models.js")} code
 * @property {Photographs} photographs
 * @property {Frames} frames
 * @property {Model} model
 * @property {any} args
 */

/** @typedef {Exclude<keyof Context, "model" | "args">} Need */

const scope = /** @type {Worker} */ (/** @type {unknown} */ (self));
const queue = new Queue(receiveMessages);

/** @type {Setup} */
let setup;
/** @type {Sessions} */
let sessions;
/** @type {Map<string, Promise<any>>} */
const opened = new Map();
/** @type {{model: string, answered: Promise<unknown>} | null} */
let first = null;

/**
 * How each need is opened. Modules are imported only now: the runtime is loaded beside them, not after them.
 *
 * @type {Record<Need, (model: Model) => Promise<any>>}
 */
const OPEN = {
  encoder: (model) => sessions.open(/** @type {string} */ (model.encoder)),
  decoder: (model) => sessions.open(/** @type {string} */ (model.decoder)),
  networks: async () => {
    const runs = Object.entries(setup.networks).map(async ([name, address]) => [name, await sessions.open(address)]);
    return Object.fromEntries(await Promise.all(runs));
  },
  code: () => once("code", () => importModule(import("../models.js"))),
  photographs: () =>
    once("photographs", async () => new (await importModule(import("../photographs.js"))).Photographs()),
  frames: () => once("frames", async () => new (await importModule(import("./frames.js"))).Frames()),
};

/** @type {Record<string, [Need[], (context: Context) => Promise<any>]>} */
const METHODS = {
  find: [["networks", "photographs"], (context) => context.photographs.find(context.args.photograph, context.networks)],
  align: [["photographs"], (context) => context.photographs.align(context.args.photograph, context.args.face)],
  cut: [["photographs"], (context) => context.photographs.cut(context.args.photograph, context.args.square)],
  follow: [["networks", "frames"], ({ frames, networks, args }) => frames.follow(args.frame, args.time, networks)],
  encode: [["encoder", "code"], ({ code, encoder, args }) => code.encode(encoder, args.crop, args.noise, args.betas)],
  decode: [
    ["decoder", "code"],
    ({ code, decoder, model, args }) => code.decode(decoder, args.codes, model, args.betas),
  ],
  reconstruct: [
    ["encoder", "decoder", "code"],
    ({ code, encoder, decoder, model, args: { crop, noise, betas } }) =>
      code.reconstruct(encoder, decoder, model, crop, noise, betas),
  ],
  typicality: [
    ["encoder", "decoder", "code"],
    ({ code, encoder, decoder, model, args }) => code.judge(encoder, decoder, model, args.crop, args.noise),
  ],
  load: [["encoder", "decoder", "code"], async () => {}],
  loadFinder: [["networks", "photographs"], async () => {}],
};

/**
 * Wait until the messages that have arrived are read. A model runs without a pause, so that requests pile up behind
 * it: without this, none would be replaced by a newer one.
 *
 * @returns {Promise<void>}
 */
function receiveMessages() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * @param {string} key
 * @param {() => Promise<any>} make
 * @returns {Promise<any>}
 */
function once(key, make) {
  const made = opened.get(key) ?? make();
  opened.set(key, made);
  return made; // a failure stays: the page then starts another worker
}

/**
 * @template T
 * @param {Promise<T>} imported
 * @returns {Promise<T>}
 */
function importModule(imported) {
  return imported.catch((cause) => {
    throw new LoadError("A part of the page", cause, true);
  });
}

/**
 * Open what a method needs.
 *
 * @param {Need[]} needs
 * @param {Model} model
 * @returns {Promise<Partial<Context>>}
 */
async function open(needs, model) {
  const found = needs.map(async (need) => [need, await OPEN[need](model)]);
  return Object.fromEntries(await Promise.all(found));
}

/**
 * Wait until the first model that was asked has answered: were the files of all models loaded at once, each would come
 * last. A model that is only loaded ahead takes no turn.
 *
 * @param {string | null} model null for photographs
 * @param {string} method
 * @param {Promise<unknown>} answered
 */
async function takeTurn(model, method, answered) {
  if (model === null) return;
  if (method !== "load") first ??= { model, answered };
  if (first && first.model !== model) await first.answered;
}

/** @param {Ask} ask */
async function answer({ id, method, model: name, key, args }) {
  const [needs, work] = METHODS[method];
  const model = /** @type {Model} */ (setup.models.find((each) => each.name === name));
  for (const need of /** @type {const} */ (["encoder", "decoder"])) {
    const [address, bytes] = [model?.[need], model?.bytes?.[need]];
    if (needs.includes(need) && address && bytes) sessions.announce(address, bytes);
  }
  let end = () => {};
  const answered = new Promise((done) => {
    end = () => done(null);
  });
  const ready = takeTurn(name, method, answered).then(() => open(needs, model));
  try {
    const value = await queue.add({
      id,
      key,
      ready,
      work: async () => work(/** @type {Context} */ ({ ...(await ready), model, args })),
    });
    scope.postMessage({ id, value });
  } catch (error) {
    scope.postMessage({ id, error: toPlain(error) });
  } finally {
    end();
  }
}

scope.onmessage = (/** @type {MessageEvent<Message>} */ { data }) => {
  if ("setup" in data) {
    setup = data.setup;
    sessions = new Sessions(setup.runtime, queue, (progress) => scope.postMessage({ progress }));
  } else if ("cancel" in data) {
    queue.cancel(data.cancel);
  } else {
    answer(data.ask);
  }
};
