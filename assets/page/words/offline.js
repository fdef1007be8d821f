// The sentences of a site that works without a network.

import { MEGABYTES } from "./page.js";

export const OFFLINE = {
  /** @param {number} kept @param {number} all MB */
  part: (kept, all) =>
    `This page works offline, with the models that you have used: ${MEGABYTES(kept, all)} are on this device.`,
  whole: "This page works offline, with all of its models.",
  keep: "Keep all models on this device",
  failed: "Not all models could be kept on this device. Check the connection and the free space, then try again.",
  newer: "A newer version of this page is ready. Close other tabs that show the old one, then reload.",
  reload: "Reload",
};
