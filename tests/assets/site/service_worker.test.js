import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

const ROOT = "http://host/faces/";
const WORKER = "../../../assets/site/service_worker.js";
const ADDRESS = `${ROOT}service-worker.js`;
const TEXTS = { "index.html": "the page", "page/main.js": "its script" };

/** @param {string} text */
const entryOf = (text) => [createHash("sha256").update(text).digest("hex"), text.length];

let starts = 0;

/**
 * Create as much of a browser as a service worker asks of it.
 *
 * @param {{answers?: Record<string, Response | Error>, pages?: string[], hasStorage?: boolean}} options answers of the
 *   network by address; pages: addresses of the windows of this host
 */
function createBrowser({ answers = {}, pages = [], hasStorage = true }) {
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {};
  /** @type {Map<string, Response>} */
  const kept = new Map();
  /** @type {string[]} */
  const done = [];
  const cache = {
    match: async (/** @type {string} */ key) => kept.get(key)?.clone(),
    put: async (/** @type {string} */ key, /** @type {Response} */ response) => kept.set(key, response),
  };
  const open = async () => (hasStorage ? cache : Promise.reject(new Error("storage is broken")));
  const fetch = async (/** @type {string | URL} */ address) => {
    const answer = answers[String(address)];
    return answer instanceof Error ? Promise.reject(answer) : answer.clone();
  };
  const small = Object.fromEntries(Object.entries(TEXTS).map(([name, text]) => [name, entryOf(text)]));
  const self = {
    SITE: { version: "1", small, large: {} },
    registration: { scope: ROOT, unregister: async () => done.push("unregister") },
    location: { href: ADDRESS },
    clients: { matchAll: async () => pages.map((url) => ({ url })) },
    skipWaiting: () => done.push("begin"),
    addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => {
      listeners[type] = listener;
    },
  };
  return { globals: { self, caches: { open }, fetch }, listeners, kept, done };
}

/** Start the service worker of a site with two files. @param {Parameters<typeof createBrowser>[0]} [options] */
async function startWorker(options = {}) {
  const { globals, listeners, kept, done } = createBrowser(options);
  Object.assign(globalThis, globals);
  await import(`${WORKER}?${++starts}`);
  /** @param {string} type @param {object} fields @returns {Promise<string | undefined>} the text of the answer */
  const tell = async (type, fields) => {
    /** @type {Promise<unknown>[]} */
    const waits = [];
    /** @type {Promise<Response>[]} */
    const responses = [];
    const [waitUntil, respondWith] = [waits, responses].map((list) => (/** @type {any} */ one) => list.push(one));
    listeners[type]({ ...fields, waitUntil, respondWith });
    const text = await (await responses[0])?.text();
    await Promise.all(waits);
    return text;
  };
  const ask = (/** @type {string} */ name, mode = "cors") =>
    tell("fetch", { request: { method: "GET", url: `${ROOT}${name}`, mode } });
  return { tell, ask, kept, done };
}

const SCRIPT = `${ROOT}page/main.js`;

test("a file with the digest of this version is passed on and kept, any other is an error", async () => {
  const right = await startWorker({ answers: { [SCRIPT]: new Response(TEXTS["page/main.js"]) } });
  assert.equal(await right.ask("page/main.js"), TEXTS["page/main.js"]);
  assert.equal(right.kept.size, 1);
  const other = await startWorker({ answers: { [SCRIPT]: new Response("of another version") } });
  await assert.rejects(other.ask("page/main.js"), /another version/);
  assert.equal(other.kept.size, 0);
});

test("files of other folders of the host are left alone", async () => {
  const { ask } = await startWorker();
  assert.equal(await ask("other/index.html"), undefined);
});

test("with broken storage the network answers", async (context) => {
  context.mock.method(console, "warn", () => {});
  const { ask } = await startWorker({ answers: { [SCRIPT]: new Response(TEXTS["page/main.js"]) }, hasStorage: false });
  assert.equal(await ask("page/main.js"), TEXTS["page/main.js"]);
});

test("a newer version begins only where no other page shows the older one", async () => {
  for (const [pages, begins] of /** @type {[string[], boolean][]} */ ([
    [[`${ROOT}#face`], true],
    [[`${ROOT}#face`, "http://host/other/"], true],
    [[`${ROOT}#face`, `${ROOT}#morph`], false],
  ])) {
    const { tell, done } = await startWorker({ pages });
    await tell("message", { data: { begin: true } });
    assert.deepEqual(done, begins ? ["begin"] : []);
  }
});

test("a site that is gone from its address ends, and one without a network stays", async () => {
  const page = new Response(TEXTS["index.html"]);
  for (const [answer, ended] of /** @type {[Response | Error, string[]][]} */ ([
    [new Response(null, { status: 404 }), ["unregister"]],
    [new Response("self.SITE"), []],
    [new TypeError("no network"), []],
  ])) {
    const { ask, done } = await startWorker({ answers: { [`${ROOT}index.html`]: page, [ADDRESS]: answer } });
    assert.equal(await ask("", "navigate"), TEXTS["index.html"]);
    assert.deepEqual(done, ended);
  }
});
