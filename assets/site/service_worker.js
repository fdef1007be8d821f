// The service worker of a site without a server: it keeps the files, so that the page works without a network.
//
// `train site` writes its first line: the digest of every file. It answers with files of these digests only, so a page
// never gets files of two versions of the site. A newer version waits until no page of the older one is open.

/**
 * @typedef {[digest: string, bytes: number]} Entry
 * @typedef {{version: string, small: Record<string, Entry>, large: Record<string, Entry>}} Site small: kept from the
 *   first visit on; large: kept once they have been wanted
 * @typedef {{kept: number, all: number, failed: boolean}} Count bytes of the large files
 */

const scope = /** @type {any} */ (self);
/** @type {Site} */
const SITE = scope.SITE;
const FILES = { ...SITE.small, ...SITE.large };
const ROOT = new URL(scope.registration.scope);
const CACHE = `vae-faces ${ROOT.pathname}`; // another site of this host has its own
const LANES = 6; // files that are fetched at once

/**
 * Return the name of a file of this version, null for anything else.
 *
 * @param {string} url
 */
function nameOf(url) {
  const { origin, pathname } = new URL(url);
  if (origin !== ROOT.origin || !pathname.startsWith(ROOT.pathname)) return null;
  try {
    const name = decodeURIComponent(pathname.slice(ROOT.pathname.length)) || "index.html";
    return Object.hasOwn(FILES, name) ? name : null;
  } catch {
    return null; // no UTF-8
  }
}

/** @param {string} name */
const addressOf = (name) => new URL(name.split("/").map(encodeURIComponent).join("/"), ROOT);

/** Return the address under which a file is kept: another version of it has another one. @param {string} name */
const keyOf = (name) => `${addressOf(name)}?${FILES[name][0]}`;

/** @param {string} name @returns {Promise<Response>} */
async function download(name) {
  const response = await fetch(addressOf(name), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

/**
 * Make a response of a file's bytes. Rejects if they are not those of this version.
 *
 * @param {string} name
 * @param {Blob} body
 * @param {Response} answered
 */
async function verify(name, body, answered) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await body.arrayBuffer()));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== FILES[name][0]) throw new Error(`${name} is of another version of the site`);
  return new Response(body, { headers: headersOf(name, answered) });
}

/** @param {string} name @param {Response} answered */
const headersOf = (name, answered) => ({
  "Content-Type": answered.headers.get("Content-Type") ?? "application/octet-stream",
  "Content-Length": String(FILES[name][1]), // the network's may be that of a compressed answer
});

/** @param {string} name @returns {Promise<Response | undefined>} */
const findKept = async (name) => (await caches.open(CACHE)).match(keyOf(name));

/** @param {string} name @param {Response} verified */
const put = async (name, verified) => (await caches.open(CACHE)).put(keyOf(name), verified);

/** Fetch a file and keep it, unless it is kept. @param {string} name */
async function keep(name) {
  if (await findKept(name)) return;
  const answered = await download(name);
  await put(name, await verify(name, await answered.blob(), answered));
}

/** Keep files; rejects at the end if one could not be kept. @param {string[]} names @param {() => unknown} [tell] after each */
async function keepAll(names, tell = () => {}) {
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await keep(name);
      await tell();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, work));
  for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
}

/**
 * Answer with a file: the kept one, or the network's, which is then kept.
 *
 * @param {string} name
 * @param {any} event
 */
async function answer(name, event) {
  const kept = await findKept(name).catch(() => undefined); // broken storage: the network answers
  if (kept) return kept;
  const answered = await download(name);
  const { body, ended } = passOn(answered, async (whole) => {
    const verified = await verify(name, whole, answered);
    await put(name, verified).catch(console.warn); // no room: the page gets it nonetheless
  });
  event.waitUntil(ended);
  return new Response(body, { headers: headersOf(name, answered) });
}

/**
 * Pass a body on while it arrives, so that the page sees how far it is. Its end comes after `check`, and is an error if
 * that rejects.
 *
 * @param {Response} answered
 * @param {(whole: Blob) => Promise<void>} check
 */
function passOn(answered, check) {
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (answered.body).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let end = () => {};
  /** @type {Promise<void>} */
  const ended = new Promise((done) => {
    end = done;
  });
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          parts.push(value);
          controller.enqueue(value);
          return;
        }
        await check(new Blob(parts));
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      end();
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
  return { body, ended };
}

/** Begin instead of the older version, unless other pages than the one that asks show it. */
async function begin() {
  const windows = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = windows.filter((/** @type {{url: string}} */ { url }) => url.startsWith(ROOT.href));
  if (pages.length < 2) scope.skipWaiting();
}

/** End where the site is gone from its address: from the next visit on, what is there now is seen. */
async function endIfGone() {
  const { status } = await fetch(scope.location.href, { cache: "no-store" });
  if (status === 404 || status === 410) await scope.registration.unregister();
}

/** Forget the files of other versions. */
async function forgetOthers() {
  const cache = await caches.open(CACHE);
  const own = new Set(Object.keys(FILES).map(keyOf));
  for (const request of await cache.keys()) if (!own.has(request.url)) await cache.delete(request);
}

/** @param {boolean} [failed] @returns {Promise<Count>} */
async function count(failed = false) {
  const cache = await caches.open(CACHE);
  const keys = new Set((await cache.keys()).map(({ url }) => url));
  const names = Object.keys(SITE.large);
  const sum = (/** @type {string[]} */ some) => some.reduce((bytes, name) => bytes + FILES[name][1], 0);
  return { kept: sum(names.filter((name) => keys.has(keyOf(name)))), all: sum(names), failed };
}

/**
 * Keep large files, and tell how many bytes of them are kept after each.
 *
 * @param {"all" | string[]} wanted addresses
 * @param {MessagePort} port
 */
async function keepLarge(wanted, port) {
  const tell = async (/** @type {boolean} */ failed = false) => port.postMessage(await count(failed));
  const named = wanted === "all" ? Object.keys(SITE.large) : wanted.map(nameOf).filter((name) => name !== null);
  await keepAll(named, tell)
    .then(
      () => tell(),
      () => tell(true),
    )
    .finally(() => port.postMessage(null));
}

scope.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepAll(Object.keys(SITE.small))));

scope.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(forgetOthers()));

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const name = event.request.method === "GET" ? nameOf(event.request.url) : null;
  if (name === null) return;
  event.respondWith(answer(name, event));
  if (event.request.mode === "navigate") event.waitUntil(endIfGone().catch(() => {})); // without a network it stays
});

scope.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data.begin) event.waitUntil(begin());
  else if (event.data.keep) event.waitUntil(keepLarge(event.data.keep, event.ports[0]));
});
