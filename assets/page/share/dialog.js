// Share: the link to what is shown, and the card. A photograph's codes are in the link only where the visitor chose so.

import { hasFace, isInAddress } from "../address.js";
import { find, make, setText } from "../dom.js";
import { save } from "../download.js";
import { ladderOf } from "../ladder.js";
import { shortTitle } from "../models.js";
import { createButton, createSwitch } from "../parts/controls.js";
import { createCopyBlock } from "../parts/copy_block.js";
import { onceClosed, openDialog } from "../parts/dialog.js";
import { loadStyle } from "../parts/style.js";
import { DIAL } from "../words/face.js";
import { CARD, SHARE } from "../words/share.js";
import { drawCard } from "./card.js";
import { isLocal, leftOut, linkTo, linkWithCodes } from "./link.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("./card.js").Kept} Kept
 */

/** @param {Page} page */
export async function openShare(page) {
  await loadStyle("share/share.css");
  const card = page.faces.current ? [cardSection(page)] : [];
  openDialog(SHARE.title, linkSection(page), ...card);
}

/** @param {Page} page */
function linkSection(page) {
  const { store, faces } = page;
  const state = store.get();
  const face = faces.current;
  const left = leftOut(state);
  const about = make("p", { className: "note" }, aboutLink(state, left.face));
  const copied = createCopyBlock(SHARE.copy, SHARE.linkName);
  copied.set(linkTo(state));
  const notes = [
    ...(hasFace(state.tab) && state.face === "shared" ? [SHARE.holdsCodes] : []),
    ...(left.second ? [SHARE.second] : []),
    ...(isLocal() ? [SHARE.local] : []),
  ].map((text) => make("p", { className: "note" }, text));
  const choice = left.face && face ? [codesChoice(page, face, about, copied.set)] : [];
  const send = createButton(SHARE.send, () =>
    navigator.share({ title: document.title, url: copied.block.textContent ?? "" }).catch(() => {}),
  );
  send.hidden = !("share" in navigator);
  const buttons = make("div", { className: "buttons" }, copied.button, send);
  copied.button.classList.replace("plain", "primary");
  const title = make("h3", {}, SHARE.link);
  return make("section", { className: "share-link" }, title, about, ...choice, copied.block, buttons, ...notes);
}

/** @param {import("../store.js").State} state @param {boolean} isLeft whether the face is left out */
function aboutLink({ tab }, isLeft) {
  if (!hasFace(tab)) return SHARE.aboutView;
  return isLeft ? SHARE.aboutWithout : SHARE.about;
}

/**
 * Let the visitor choose whether the codes of a face are in the link, and say first what that means.
 *
 * @param {Page} page
 * @param {import("../facebar/faces.js").Face} face
 * @param {HTMLElement} about
 * @param {(link: string) => void} set
 */
function codesChoice({ store, faces }, face, about, set) {
  const numbers = faces.models.reduce((sum, { latents }) => sum + latents, 0);
  /** @type {["without" | "codes", string][]} */
  const choices = [
    ["without", SHARE.without],
    ["codes", SHARE.withCodes],
  ];
  const choice = createSwitch(SHARE.inLink, "shared-face", choices, "without", (value) => {
    setText(about, value === "codes" ? SHARE.about : SHARE.aboutWithout);
    set(value === "codes" ? linkWithCodes(store.get(), face) : linkTo(store.get()));
  });
  const name = make("p", { className: "slider-name", "aria-hidden": "true" }, SHARE.inLink);
  const words = make("p", { className: "note" }, SHARE.codes(faces.models.length, numbers));
  return make("div", { className: "share-codes" }, make("div", { className: "share-choice" }, name, choice), words);
}

/** @param {Page} page */
function cardSection(page) {
  const { faces, store } = page;
  const { face } = store.get();
  const isOwn = face !== "shared" && !isInAddress(face);
  const hasOriginal = faces.current?.id !== "shared";
  let withOriginal = hasOriginal && !isOwn;
  const preview = make("div", { className: "share-card" });
  const canvas = () => find("canvas", preview);
  const show = () => {
    const shown = draw(page, withOriginal);
    preview.replaceChildren(shown ?? make("p", { className: "note", role: "status" }, SHARE.waiting));
    for (const button of [keep, send]) button.disabled = !shown;
  };
  /** @type {["with" | "without", string][]} */
  const choices = [
    ["without", SHARE.withoutOriginal],
    ["with", SHARE.withOriginal],
  ];
  const chosen = withOriginal ? "with" : "without";
  const original = createSwitch(SHARE.original, "card-original", choices, chosen, (value) => {
    withOriginal = value === "with";
    show();
  });
  const name = make("p", { className: "slider-name", "aria-hidden": "true" }, SHARE.original);
  const choice = make("div", { className: "share-choice", hidden: !hasOriginal }, name, original);
  const blob = () => toBlob(/** @type {HTMLCanvasElement} */ (canvas()));
  const keep = createButton(SHARE.save, async () => save(await blob(), CARD.file));
  const send = createButton(SHARE.sendCard, async () => sendFile(await blob()));
  send.hidden = !canSendFiles();
  faces.addEventListener("done", show);
  onceClosed(() => faces.removeEventListener("done", show));
  show();
  const buttons = make("div", { className: "buttons" }, keep, send);
  return make("section", {}, make("h3", {}, SHARE.card), preview, choice, buttons);
}

/** Draw the card of the page's face; null while the models are still at it. @param {Page} page @param {boolean} withOriginal */
function draw({ faces, store }, withOriginal) {
  const { family: chosen } = store.get();
  const network = faces.dials.find(({ name }) => name === chosen);
  const family = /** @type {import("../store.js").Family} */ (network ? (network.base ?? "beta-vae") : chosen);
  const face = faces.current;
  const ladder = ladderOf(faces.models, family);
  const kept = (ladder.length ? ladder : faces.models).flatMap((model) => {
    const copy = face?.copies.get(model.name);
    return copy
      ? [
          {
            label: model.beta === null ? shortTitle(model) : DIAL.name(model.beta),
            family: model.family,
            nats: copy.scores.kl,
            crop: copy.pixels,
          },
        ]
      : [];
  });
  if (!face || !kept.length || face.copies.size < faces.models.length) return null;
  const address = isLocal() ? "" : location.host + location.pathname.replace(/\/$/, "");
  return drawCard(kept, withOriginal ? face.crop : null, { family, address });
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
const toBlob = (canvas) =>
  new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"),
  );

/** @param {Blob} blob */
const asFile = (blob) => new File([blob], CARD.file, { type: "image/png" });

function canSendFiles() {
  return Boolean(navigator.canShare?.({ files: [asFile(new Blob())] }));
}

/** @param {Blob} blob */
async function sendFile(blob) {
  await navigator.share({ title: document.title, files: [asFile(blob)] }).catch(() => {}); // the visitor may think better of it
}
