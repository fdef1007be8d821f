// The page: its records, its one store, its tabs and their addresses. A tab's module is loaded when it is opened.

import { createEngine } from "../engine/engine.js";
import { addDials, isInAddress, opensEntry, readAddress, readLink, TABS, VIEWS, writeAddress } from "./address.js";
import { find, make, roveFocus } from "./dom.js";
import { bindNoise } from "./face/noise.js";
import { buildFaceBar, say } from "./facebar/bar.js";
import { Consent } from "./facebar/consent.js";
import { Faces } from "./facebar/faces.js";
import { record } from "./models.js";
import { keepFacts } from "./parts/facts.js";
import { createStore, FIRST } from "./store.js";
import { build as buildFaceTab } from "./tabs/face.js";
import { API, ERRORS, FACES, STATES } from "./words/page.js";

/**
 * @typedef {import("./page.js").Page} Page
 * @typedef {import("./page.js").Tab} Tab
 * @typedef {import("./store.js").State} State
 */

const AHEAD = 1000; // milliseconds until a model is loaded that nobody asked for yet
const MIRROR = 200; // milliseconds until a state that rests is written to the address

/** @type {Map<string, Promise<Tab>>} */
const opened = new Map();

/** @param {Page} page @param {import("./store.js").Tab} name */
async function openTab(page, name) {
  const panel = find(`#panel-${name}`);
  try {
    if (!opened.has(name)) opened.set(name, buildTab(page, name, panel));
    const tab = await opened.get(name);
    if (page.store.get().tab === name) tab?.show?.();
  } catch (error) {
    opened.delete(name);
    console.error(error);
    const again = make("button", { type: "button" }, ERRORS.retry);
    again.addEventListener("click", () => openTab(page, name));
    panel.replaceChildren(make("p", { className: "problem", role: "alert" }, `${ERRORS.noTab} `, again));
  }
}

/** @param {Page} page @param {string} name @param {HTMLElement} panel @returns {Promise<Tab>} */
async function buildTab(page, name, panel) {
  if (name === "face") return buildFaceTab(panel, page);
  panel.setAttribute("aria-busy", "true");
  const waiting = window.setTimeout(() => panel.replaceChildren(make("p", { className: "note" }, STATES.opening)), 300);
  try {
    const { build } = await import(`./tabs/${name}.js`);
    clearTimeout(waiting);
    panel.replaceChildren();
    return await build(panel, page);
  } finally {
    clearTimeout(waiting);
    panel.removeAttribute("aria-busy");
  }
}

/** @param {Page} page */
function bindTabs(page) {
  const { store } = page;
  const show = (/** @type {State} */ { tab }) => {
    for (const name of TABS) {
      const link = find(`#tab-${name}`);
      link.setAttribute("aria-selected", String(name === tab));
      if (TABS.includes(tab)) link.tabIndex = name === tab ? 0 : -1; // a view without a tab leaves the last one reachable
      if (name === tab) link.parentElement?.scrollTo({ left: link.offsetLeft - 40 });
    }
    for (const name of VIEWS) find(`#panel-${name}`).hidden = name !== tab;
    document.body.dataset.tab = tab;
    openTab(page, tab);
  };
  roveFocus(find(".tabs"), "[role=tab]");
  find(".tabs").addEventListener("focusin", (event) => {
    const target = /** @type {HTMLAnchorElement} */ (event.target);
    if (target.matches("[role=tab]:not([aria-selected=true])") && target.matches(":focus-visible")) target.click();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^='#']:not(.skip)");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    store.set(readAddress(/** @type {HTMLAnchorElement} */ (link).hash));
    scrollTo({ top: 0 });
  });
  store.listen(
    (state, before) => {
      opened.get(before.tab)?.then(
        (tab) => tab.hide?.(),
        () => {},
      );
      show(state);
    },
    ["tab"],
  );
  show(store.get());
}

/**
 * Let the address follow the state, and Back go from tab to tab. The entries of the history note the face: a reload
 * then knows that there was a photograph.
 *
 * @param {import("./store.js").Store} store
 */
function bindAddress(store) {
  let waiting = 0;
  const note = () => ({ face: store.get().face });
  store.listen((state, before) => {
    clearTimeout(waiting);
    const isNew = opensEntry(before, state) && writeAddress(state) !== (location.hash || writeAddress(FIRST)); // not by Back
    if (isNew) return history.pushState(note(), "", writeAddress(state));
    waiting = window.setTimeout(() => history.replaceState(note(), "", writeAddress(store.get())), MIRROR);
  });
  history.replaceState(note(), "");
  addEventListener("popstate", (event) => {
    const asked = readAddress(location.hash);
    if (!asked.tab && location.hash) return;
    store.set(event.state ? { tab: FIRST.tab, ...asked } : readLink(location.hash)); // no entry of ours: another link
  });
  find(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // its address is none of a tab
    find("main").focus();
  });
}

/** @param {import("./store.js").Store} store */
function bindFrame(store) {
  const root = document.documentElement;
  find("#theme").addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    root.dispatchEvent(new Event("theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => root.dispatchEvent(new Event("theme")));
  const present = () => {
    const on = root.classList.toggle("present");
    if (on) root.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    root.dispatchEvent(new Event("theme"));
  };
  find("#present").addEventListener("click", present);
  addEventListener("keydown", (event) => {
    const typing =
      event.target instanceof HTMLInputElement && event.target.type !== "range" && event.target.type !== "radio";
    if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing) present();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root.classList.contains("present")) return;
    event.preventDefault(); // it ends one thing at a time
    present();
  });
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement) return;
    root.classList.remove("present");
    root.dispatchEvent(new Event("theme"));
  });
  store.listen(() => root.dispatchEvent(new Event("theme")), ["tab"]);
}

async function start() {
  /** @type {import("./models.js").Records} */
  const records = await record("models.json");
  addDials(records.dials.map(({ name }) => name));
  keepFacts(records.facts, document);
  record("example.json").catch(() => {}); // it is preloaded: whatever face is opened first
  const store = createStore({ ...FIRST, ...readAddress(location.hash) });
  const consent = new Consent();
  const engine = createEngine({
    models: [...records.models, ...records.dials],
    server: records.server ? "./" : null,
    mayAskServer: (reason) => consent.mayAsk(reason),
  });
  const faces = new Faces(records.models, engine, records.dials);
  const before = history.state?.face; // of this page before a reload
  /** @type {Page} */
  const page = { store, records, faces, engine, consent, say };
  bindFrame(store);
  showFacts(records);
  if (!records.server) import("../site/offline.js").then(({ workOffline }) => workOffline(engine.events), console.warn);
  buildFaceBar(page);
  bindNoise(page);
  bindTabs(page);
  bindAddress(store);
  import("./parts/card.js").then(({ bindCards }) => bindCards(), console.warn);
  find("#bar").hidden = !faces.models.length;
  if (!faces.models.length) return;
  await openFirstFace(page);
  if (before && !isInAddress(before) && faces.current?.id !== "shared")
    say(["photo", "live"].includes(before) ? FACES.lost : FACES.lostMade);
  loadAhead(page);
}

/** Show what depends on the models, and on whether a server answers. @param {import("./models.js").Records} records */
function showFacts({ celeba, missing, server }) {
  find("#missing").hidden = !missing.length;
  find("#missing").textContent = ERRORS.missing(missing);
  find("#data-terms").hidden = !celeba;
  if (server) find("#data-terms").before(make("p", { id: "api" }, make("a", { href: "gradio_api/info" }, API)));
}

/** Load one model while the visitor looks at the example, unless they save data. @param {Page} page */
function loadAhead({ engine, faces }) {
  const connection = /** @type {{saveData?: boolean} | undefined} */ (/** @type {any} */ (navigator).connection);
  const model = faces.models.find(({ family }) => family === "vae") ?? faces.models[0];
  if (!connection?.saveData) setTimeout(() => engine.load(model.name), AHEAD);
}

/** Open the example, which is drawn beforehand, or the face of the address as soon as the models are here. @param {Page} page */
async function openFirstFace({ consent, faces, store }) {
  const { face, code } = store.get();
  if (face === "shared") consent.isPersonal = true; // it may have been a photograph
  await faces.open(face, undefined, code).catch(async (error) => {
    await faces.openExample();
    say(error.message);
  });
}

start().catch((error) => {
  console.error(error);
  say(ERRORS.noRecords);
});
