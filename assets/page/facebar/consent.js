// The visitor's consent before a photograph, or a code made from one, is sent to the page's server.

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
    this.#asking ??= import("./consent_dialog.js").then(
      ({ ask }) => ask(reason),
      () => false, // nothing is sent unasked
    );
    this.isGiven = await this.#asking;
    this.#asking = null;
    return this.isGiven;
  }
}
