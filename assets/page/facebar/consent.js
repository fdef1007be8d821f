// The visitor's consent before a photograph, or a code made from one, is sent to the page's server.

import { make } from "../dom.js";
import { createButton } from "../parts/controls.js";
import { closeDialog, onceClosed, openDialog } from "../parts/dialog.js";
import { CONSENT } from "../words/photo.js";

export class Consent {
  isGiven = false;
  isPersonal = false; // whether the page has been given a photograph: a random face needs no consent
  /** @type {Promise<boolean> | null} */
  #asking = null;

  /**
   * Return whether the server may be asked; the visitor is asked once, and again after a refusal.
   *
   * @param {string} reason why the browser cannot answer
   */
  async mayAsk(reason) {
    if (this.isGiven || !this.isPersonal) return true;
    this.#asking ??= ask(reason);
    this.isGiven = await this.#asking;
    this.#asking = null;
    return this.isGiven;
  }
}

/** @param {string} reason @returns {Promise<boolean>} */
function ask(reason) {
  return new Promise((resolve) => {
    const send = createButton(
      CONSENT.send,
      () => {
        resolve(true);
        closeDialog();
      },
      "primary",
    );
    const refuse = createButton(CONSENT.refuse, closeDialog);
    const words = make("p", {}, `${reason} ${CONSENT.offer}`);
    openDialog(CONSENT.title, words, make("p", { className: "buttons" }, send, refuse));
    onceClosed(() => resolve(false)); // after an answer this changes nothing
  });
}
