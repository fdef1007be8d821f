import { BrowserWay } from "./browser/browser.js";
import { createAsk, createModelMethods, createPhotographMethods } from "./requests.js";
import { Ways } from "./ways.js";

/**
 * @import { Engine, Model, Options, Progress } from "./types.js"
 * @import { ServerWay } from "./server.js"
 */

/** Networks of the face finder, by the names of their files. */
const NETWORKS = ["face_detection_full_range", "face_landmark"];

/**
 * Create an engine: faces, codes and reconstructions, computed in this browser, or by the server where it cannot.
 *
 * Nothing is loaded before the first request.
 *
 * @param {Options} options
 * @returns {Engine}
 */
export function createEngine(options) {
  const events = new EventTarget();
  const dispatch = (/** @type {string} */ type, /** @type {object} */ detail) =>
    events.dispatchEvent(new CustomEvent(type, { detail }));
  const base = options.base ?? document.baseURI;
  const models = options.models.map((model) => makeAbsolute(model, base));
  const ways = new Ways(models, options.server != null, (model, answering) => dispatch("way", { model, ...answering }));
  const browser = createBrowserWay(options, models, base, (progress) => dispatch("progress", progress));
  const server = options.server == null ? null : openServer(new URL(options.server, base).href);
  const ask = createAsk(ways, browser, server, options.mayAskServer);
  return {
    ...createPhotographMethods(ask),
    ...createModelMethods(ask, models),
    load: (model = null) => load(ways, browser, model),
    way: (model = null) => ways.of(model),
    events,
    close: () => browser.stop(),
  };
}

/**
 * Load what the browser needs for a model, or for photographs (null). A failure shows in the next request.
 *
 * @param {Ways} ways
 * @param {BrowserWay} browser
 * @param {string | null} model
 */
async function load(ways, browser, model) {
  if (!ways.mayTry(model)) return;
  await browser.ask(model === null ? "loadFinder" : "load", model, {}, {}).catch(() => {});
}

/**
 * @param {Model} model
 * @param {string} base
 * @returns {Model}
 */
function makeAbsolute(model, base) {
  const [encoder, decoder] = [model.encoder, model.decoder].map((address) => address && new URL(address, base).href);
  return { ...model, encoder, decoder };
}

/**
 * @param {Options} options
 * @param {Model[]} models
 * @param {string} base
 * @param {(progress: Progress) => void} report
 */
function createBrowserWay({ finder, runtime }, models, base, report) {
  const folder = (/** @type {string | undefined} */ address, /** @type {string} */ beside) =>
    new URL(
      address === undefined ? `../${beside}/` : `${address.replace(/\/$/, "")}/`,
      address === undefined ? import.meta.url : base,
    ).href;
  const networks = NETWORKS.map((name) => [name, `${folder(finder, "finder")}${name}.onnx`]);
  const setup = { runtime: folder(runtime, "onnxruntime"), networks: Object.fromEntries(networks), models };
  const address = new URL("./browser/worker.js", import.meta.url);
  return new BrowserWay(setup, report, () => new Worker(address, { type: "module" }));
}

/**
 * @param {string} address
 * @returns {() => Promise<ServerWay>} loads the client when first asked
 */
function openServer(address) {
  const client = new URL("../gradio-client/index.min.js", import.meta.url).href;
  /** @type {Promise<ServerWay> | null} */
  let opened = null;
  return () => {
    opened ??= import("./server.js").then(({ ServerWay }) => new ServerWay(address, () => import(client)));
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
}
