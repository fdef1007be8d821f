// What every tab is given.

/**
 * @typedef {object} Page
 * @property {import("./store.js").Store} store
 * @property {import("./models.js").Records} records
 * @property {import("./facebar/faces.js").Faces} faces
 * @property {import("../engine/types.js").Engine} engine
 * @property {import("./facebar/consent.js").Consent} consent
 * @property {(sentence: string) => void} say beside the face of the page
 *
 * @typedef {{show?: () => void, hide?: () => void}} Tab what a tab's `build` returns
 */

export {};
