// The one dialog of the page: a heading, whatever is inside, and a button that closes it.

import { find } from "../dom.js";

/**
 * Open the dialog with new content.
 *
 * @param {string} title
 * @param {...Node} content
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, ...content) {
  const dialog = /** @type {HTMLDialogElement} */ (find("#dialog"));
  find("h2", dialog).textContent = title;
  find(".inside", dialog).replaceChildren(...content);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

/** Close the dialog; its content is dropped, and with it whatever ran inside. */
export function closeDialog() {
  const dialog = /** @type {HTMLDialogElement} */ (find("#dialog"));
  if (dialog.open) dialog.close();
}

/** @param {() => void} act once, when the dialog closes */
export function onceClosed(act) {
  find("#dialog").addEventListener("close", act, { once: true });
}
