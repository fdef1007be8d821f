// Work without a network: register the service worker, give it the models that this visit has loaded, and say in the
// page's foot what is kept.

import { find, make, setText } from "../page/dom.js";
import { OFFLINE } from "../page/words/offline.js";

/**
 * @typedef {import("../engine/types.js").Progress} Progress
 * @typedef {{kept: number, all: number, failed: boolean}} Count bytes of the large files, as the service worker counts
 */

const QUIET = 2000; // milliseconds without a byte of a model: the small files come when nothing else is waited for
const LOOK = 200; // milliseconds
const FIRST = 4000; // milliseconds until then at least

/**
 * @param {EventTarget} events of the engine
 */
export async function workOffline(events) {
  if (!("serviceWorker" in navigator)) return; // browsers allow it at https and on this machine only
  /** @type {Set<string>} */
  const loaded = new Set();
  let last = performance.now() + FIRST - QUIET;
  events.addEventListener("progress", (event) => {
    const { file, loaded: bytes, total } = /** @type {CustomEvent<Progress>} */ (event).detail;
    last = Math.max(last, performance.now());
    if (bytes && bytes === total) loaded.add(file); // a file that failed has none
  });
  const rest = () =>
    new Promise((done) => {
      const look = () => {
        const left = last + QUIET - performance.now();
        const isWaited = document.querySelector("#bar[aria-busy], main [aria-busy]"); // by the visitor
        if (left > 0 || isWaited) setTimeout(look, Math.max(left, LOOK));
        else done(null);
      };
      look();
    });
  await rest();
  await begin(loaded, rest, events).catch((error) => console.warn(error)); // storage may be switched off
}

/** @param {Set<string>} loaded @param {() => Promise<unknown>} rest @param {EventTarget} events */
async function begin(loaded, rest, events) {
  const registration = await navigator.serviceWorker.register("service-worker.js");
  const foot = new Foot();
  watchForNewer(registration, () => foot.offerNewer(() => letBegin(registration)));
  const { active } = await navigator.serviceWorker.ready;
  if (!active) return;
  foot.button.addEventListener("click", async () => {
    foot.button.disabled = true;
    await keep(active, "all", (count) => foot.show(count));
    foot.button.disabled = false;
  });
  const tell = async () => {
    await rest();
    const fetched = performance.getEntriesByType("resource").map(({ name }) => name); // by this thread
    const wanted = navigator.serviceWorker.controller ? [] : [...loaded, ...fetched]; // else it has kept them already
    await keep(active, wanted, (count) => foot.show(count));
  };
  let telling = tell();
  events.addEventListener("progress", (event) => {
    const { loaded: bytes, total } = /** @type {CustomEvent<Progress>} */ (event).detail;
    if (!bytes || bytes !== total) return;
    telling = telling.then(tell);
  });
}

/**
 * @param {ServiceWorker} worker
 * @param {"all" | string[]} wanted
 * @param {(count: Count) => void} show
 * @returns {Promise<void>}
 */
function keep(worker, wanted, show) {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ keep: wanted }, [port2]);
  return new Promise((done) => {
    port1.onmessage = ({ data }) => {
      if (data) return show(data);
      port1.close();
      done();
    };
  });
}

/** @param {ServiceWorkerRegistration} registration @param {() => void} tell */
function watchForNewer(registration, tell) {
  const look = () => {
    if (registration.waiting && registration.active) tell();
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  look();
}

/** Let the version that waits begin, and open it. @param {ServiceWorkerRegistration} registration */
function letBegin({ waiting }) {
  if (!waiting) return location.reload(); // it has begun meanwhile
  waiting.addEventListener("statechange", () => waiting.state === "activated" && location.reload());
  waiting.postMessage({ begin: true });
}

/** The lines of the page's foot. */
class Foot {
  button = make("button", { type: "button", className: "plain" }, OFFLINE.keep);
  #kept = make("span", { role: "status" });
  #newer = make("p", { hidden: true, role: "status" });

  constructor() {
    find(".foot").append(make("p", { className: "offline" }, this.#kept, " ", this.button), this.#newer);
    this.button.hidden = true;
  }

  /** @param {Count} count */
  show({ kept, all, failed }) {
    const isWhole = kept >= all;
    this.button.hidden = isWhole;
    setText(this.#kept, failed ? OFFLINE.failed : isWhole ? OFFLINE.whole : OFFLINE.part(kept / 1e6, all / 1e6));
  }

  /** @param {() => void} open */
  offerNewer(open) {
    const button = make("button", { type: "button", className: "plain" }, OFFLINE.reload);
    button.addEventListener("click", open);
    this.#newer.replaceChildren(`${OFFLINE.newer} `, button);
    this.#newer.hidden = false;
  }
}
