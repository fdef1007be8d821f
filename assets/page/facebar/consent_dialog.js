// The question whether a photograph, or a code made from one, may be sent to the page's server.

import { make } from "../dom.js";
import { createButton } from "../parts/controls.js";
import { closeDialog, onceClosed, openDialog } from "../parts/dialog.js";
import { CONSENT } from "../words/photo.js";

/** @param {string} reason @returns {Promise<boolean>} */
export function ask(reason) {
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
