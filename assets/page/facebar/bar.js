// The bar with THE face of the page: a photo, the camera, the dice, examples. Whatever is chosen here is the face of
// every tab.

import { find, findCanvas, findInput, make, roveFocus, setText } from "../dom.js";
import { nearestModel } from "../models.js";
import { randomId } from "../sampling.js";
import { ERRORS, FACES, STATES } from "../words/page.js";
import { EXAMPLES } from "./faces.js";
import { Loading } from "./loading.js";
import { paint } from "./picture.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {keyof typeof EXAMPLES} Example
 */

const LARGEST_SEED = 99999;
/** @type {Blob | null} */
let lastPhoto = null; // kept in the browser, for another part of it

const QUIET = 300; // milliseconds that may pass without a word
const loading = new Loading();
let rebuilding = ""; // the sentence on the face's copies that was said last

/** @param {Page} page */
export function buildFaceBar(page) {
  const { faces, store } = page;
  faces.addEventListener("face", () => showFace(page));
  faces.addEventListener("copy", () => showProgress(page));
  faces.addEventListener("done", () => faces.current && page.say(faces.current.note));
  find("#dice").addEventListener("click", () =>
    store.set({ face: randomId(Math.floor(Math.random() * LARGEST_SEED)) }),
  );
  find("#recrop").addEventListener("click", () => lastPhoto && openPhoto(page, lastPhoto, true));
  find("#share").addEventListener("click", () =>
    attempt(page, async () => (await needed(import("../share/dialog.js"))).openShare(page)),
  );
  find("#camera").addEventListener("click", () =>
    attempt(page, async () => (await needed(import("./camera.js"))).takePhoto((photo) => openPhoto(page, photo))),
  );
  find("#mirror").addEventListener("click", () =>
    attempt(page, async () => {
      const { toggleMirror } = await needed(import("../mirror/mirror.js"));
      return toggleMirror(page, (photo, crop) => attempt(page, () => keepPhoto(page, photo, crop)));
    }),
  );
  const hasStage = faces.dials.length || faces.models.some(({ beta }) => beta !== null);
  find("#mirror").hidden = !hasStage;
  const upload = findInput("#upload");
  upload.addEventListener("change", () => {
    const file = upload.files?.[0];
    if (file) openPhoto(page, file);
    upload.value = "";
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) openPhoto(page, file);
  });
  addEventListener("paste", (event) => paste(page, event));
  store.listen(({ face }) => openFace(page, face), ["face", "code"]);
  showExamples(page);
  tellLoading(page);
}

/** Say how far the files of models are while they come in; then the note of the face. @param {Page} page */
function tellLoading(page) {
  const begin = performance.now();
  let own = "";
  page.engine.events.addEventListener("progress", (event) => {
    loading.add(/** @type {CustomEvent<import("../../engine/types.js").Progress>} */ (event).detail);
    const shown = find("#said").textContent;
    const note = page.faces.current?.note ?? "";
    if (shown === rebuilding && rebuilding) return showProgress(page);
    if (shown && shown !== own && shown !== note) return; // something else was said: an error, or a face's progress
    if (loading.isOn && performance.now() - begin < QUIET) return;
    own = loading.isOn ? STATES.loading(loading.text) : note;
    page.say(own);
  });
}

/** @param {Page} page */
function showExamples(page) {
  const group = find("#examples");
  for (const id of /** @type {Example[]} */ (Object.keys(EXAMPLES))) {
    const button = make("button", {
      type: "button",
      className: "thumb",
      "aria-label": FACES[id].name,
      title: FACES[id].name,
    });
    button.dataset.face = id;
    button.append(make("img", { src: EXAMPLES[id], alt: "", width: 64, height: 64, loading: "lazy" }));
    button.addEventListener("click", () => {
      if (page.store.get().face === id) openFace(page, id);
      else page.store.set({ face: id });
    });
    group.append(button);
  }
  roveFocus(group, "button");
}

/** @param {Page} page */
function showFace(page) {
  const face = page.faces.current;
  if (!face) return;
  const thumb = findCanvas("#thumb");
  paint(thumb, face.crop);
  const recrop = /** @type {HTMLButtonElement} */ (find("#recrop"));
  recrop.disabled = face.id !== "photo";
  recrop.setAttribute("aria-label", face.id === "photo" ? FACES.recrop : face.name);
  recrop.title = face.id === "photo" ? FACES.recrop : "";
  for (const button of document.querySelectorAll("#examples button")) {
    button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.face === face.id));
  }
  if (face.copies.size === 0) showProgress(page);
}

/** @param {Page} page */
function showProgress({ faces, say }) {
  const face = faces.current;
  if (!face || face.copies.size >= faces.models.length) return;
  rebuilding = STATES.rebuilding(face.copies.size, faces.models.length, loading.isOn ? loading.text : "");
  say(rebuilding);
}

/** @param {Page} page @param {string} id */
async function openFace(page, id) {
  if (id === "photo" || (page.faces.current?.id === id && id !== "shared")) return;
  await attempt(page, async () => {
    page.say(STATES.drawing);
    if (id === "shared") page.consent.isPersonal = true; // it may have been a photograph
    await page.faces.open(id, nearestModel(page.faces.models, page.store.get())?.name, page.store.get().code);
  });
}

/**
 * Make a photograph the face: at once where it shows one face, else by a dialog.
 *
 * @param {Page} page
 * @param {Blob} photo
 * @param {boolean} [ask] for the face even where there is only one
 */
async function openPhoto(page, photo, ask = false) {
  const before = page.faces.current?.note ?? "";
  await attempt(page, async () => {
    page.consent.isPersonal = true;
    page.say(STATES.looking);
    const { cropPhoto } = await needed(import("./photo.js"));
    const crop = await cropPhoto(page.engine, photo, ask);
    if (!crop) {
      page.say(before);
      return;
    }
    await keepPhoto(page, photo, crop);
    const face = page.faces.current;
    if (!page.consent.isGiven || face?.id !== "photo") return;
    face.note = FACES.sentPhoto;
    page.say(face.note);
  });
}

/** Make a photograph's crop the face of the page. @param {Page} page @param {Blob} photo @param {Uint8ClampedArray} crop */
async function keepPhoto(page, photo, crop) {
  lastPhoto = photo;
  page.consent.isPersonal = true;
  page.store.set({ face: "photo" });
  await page.faces.take("photo", FACES.photo, crop, nearestModel(page.faces.models, page.store.get())?.name);
}

/** @param {Page} page @param {ClipboardEvent} event */
function paste(page, event) {
  if (event.target instanceof HTMLInputElement && event.target.type !== "range") return;
  const file = event.clipboardData?.files[0];
  if (file) openPhoto(page, file);
  else page.say(ERRORS.noPicture);
}

/**
 * Wait for a module; one that cannot be loaded is an error with a sentence.
 *
 * @template T
 * @param {Promise<T>} module
 */
const needed = (module) =>
  module.catch((error) => {
    console.error(error);
    throw new Error(ERRORS.noTab);
  });

/**
 * Do something, and say its error beside the face.
 *
 * @param {Page} page
 * @param {() => Promise<unknown>} act
 */
async function attempt(page, act) {
  const bar = find("#bar");
  bar.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    page.say(name === "AbortError" ? (page.faces.current?.note ?? "") : message);
  } finally {
    bar.removeAttribute("aria-busy");
  }
}

/**
 * Say something beside the face; the last sentence stays.
 *
 * @param {string} sentence
 */
export function say(sentence) {
  setText(find("#said"), sentence);
}
