// The sentences of Share: the link and the card.

import { number } from "./page.js";

export const SHARE = {
  title: "Share",
  link: "Link",
  about: "It opens this part of the page with this face, and with every slider where it is now.",
  aboutView: "It opens this part of the page.",
  aboutWithout:
    "It opens this part of the page with every slider where it is now, and with an example instead of this face.",
  inLink: "This face in the link",
  without: "left out",
  withCodes: "as codes",
  /** @param {number} models @param {number} numbers */
  codes: (models, numbers) =>
    `As codes: the link will contain the codes that ${models} models make of this face, ${numbers} numbers in all, from which the models redraw it; not the photograph. Anyone who has the link can see the redrawn face.`,
  holdsCodes: "This link contains the codes of a face, from which the models redraw it.",
  second: "Morph’s second face is not in the link: the page could not draw it again.",
  local: "This address works on this computer only.",
  copy: "Copy link",
  linkName: "The link",
  send: "Send link …",
  card: "Card",
  original: "The original on the card",
  withOriginal: "with it",
  withoutOriginal: "without",
  save: "Save card (PNG)",
  sendCard: "Send card …",
  waiting: "The models are still rebuilding this face …",
};

export const CARD = {
  title: ["What ", "β", " leaves of a face"],
  about: {
    "beta-vae": "β is the price of information. Turn it up, and the network keeps less.",
    "beta-tcvae": "β is the price of overlap between its numbers. Turn it up, and the network keeps less.",
  },
  name: "VAE Faces",
  original: "original",
  /** @param {number | null} nats */
  nats: (nats) => (nats === null ? "no price" : `${number(nats)} nats kept`),
  /** @param {string[]} faces */
  spoken: (faces) => `The card: what beta leaves of a face. ${faces.join(", ")}`,
  file: "vae-faces-card.png",
};
