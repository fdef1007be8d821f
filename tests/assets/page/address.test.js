import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addDials,
  isInAddress,
  opensEntry,
  readAddress,
  readLink,
  TOUR_STEPS,
  VIEWS,
  writeAddress,
} from "../../../assets/page/address.js";
import { readCodes } from "../../../assets/page/share/codes.js";
import { FIRST } from "../../../assets/page/store.js";

/** @typedef {import("../../../assets/page/store.js").State} State */

/** @param {number} seed @returns {() => number} uniform numbers in [0, 1): mulberry32 */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Draw values of all parts that the address of a tab has.
 *
 * @param {() => number} next
 * @returns {Partial<State>}
 */
function drawState(next) {
  const pick = (/** @type {any[]} */ values) => values[Math.floor(next() * values.length)];
  const between = (/** @type {number} */ low, /** @type {number} */ high) =>
    Number((low + (high - low) * next()).toPrecision(4));
  const tab = pick(["face", "sample", "explore", "compare", "morph"]);
  /** @type {Record<string, Partial<State>>} */
  const parts = {
    face: {
      family: pick(["beta-vae", "beta-tcvae"]),
      beta: pick([null, 1, 5, between(1, 50)]),
      noise: between(0, 0.5),
    },
    sample: {
      seed: Math.floor(next() * 2 ** 32),
      source: pick(["standard", "fitted"]),
      temperature: between(0.3, 2),
      count: 1 + Math.floor(next() * 36),
    },
    explore: {
      model: pick(["vae", "beta-tcvae-b50"]),
      way: pick(["features", "numbers", "map"]),
      features: pick(["", `smiling:${between(-4, 4)},5 o clock shadow:-0.05`]),
      numbers: pick(["", `vae:3:${between(-4, 4)},17:-1.25,ae:0:12`]),
      noise: pick([0, 0.25]),
    },
    compare: { feature: pick(["wearing hat", "5 o clock shadow"]) },
    morph: { second: pick(["tower", "random:5"]), path: pick(["straight", "arc"]), at: between(0, 1) },
  };
  const face = pick([
    "smile",
    "glasses",
    `random:${Math.floor(next() * 1e5)}`,
    "sampled:vae:12:3:fitted:0.7",
    "shared",
  ]);
  return { tab, face, code: face === "shared" ? "vae:AAEC_-8:121.5:35,ae:0.1*-2*3" : "", ...parts[tab] };
}

test("an address brings back the state that it was written from", () => {
  const next = random(1);
  const states = [
    { tab: "tour", step: 3 },
    { tab: "whose", family: "beta-tcvae", seed: 4 },
  ];
  for (let i = 0; i < 500; i++) states.push(/** @type {any} */ (drawState(next)));
  for (const change of states) {
    const state = /** @type {State} */ ({ ...FIRST, ...change });
    assert.deepEqual({ ...FIRST, ...readAddress(writeAddress(state)) }, state);
  }
});

test("a slider between two steps comes back to four digits", () => {
  const hash = writeAddress({ ...FIRST, beta: 2.345678, noise: 1 / 3 });
  assert.equal(hash, "#face?noise=0.3333&beta=2.346");
});

test("the first state of every view has an address without parts", () => {
  for (const tab of VIEWS) assert.equal(writeAddress({ ...FIRST, tab }), `#${tab}`);
});

test("a photograph or a changed face is in no address", () => {
  for (const face of ["photo", "live", "edited", "second"]) {
    assert.ok(!isInAddress(face));
    assert.equal(writeAddress({ ...FIRST, face }), "#face");
    assert.equal(writeAddress({ ...FIRST, face, code: "vae:AAEC" }), "#face"); // the code of a link opened before
    assert.equal(writeAddress({ ...FIRST, tab: "morph", second: face }), "#morph");
    assert.deepEqual(readAddress(`#face?face=${face}`), { tab: "face" });
  }
});

test("parts that make no sense are left out", () => {
  assert.deepEqual(readAddress("#face?beta=-3&family=gan&face=%3Cscript%3E"), { tab: "face" });
  assert.deepEqual(readAddress("#sample?seed=1.5&temperature=9&count=37&source=mine"), { tab: "sample" });
  assert.deepEqual(readAddress("#morph?at=2&path=round&noise=1"), { tab: "morph" });
  assert.deepEqual(readAddress("#nothing?beta=5"), {});
  assert.deepEqual(readAddress(""), {});
});

test("a step that the tour does not have opens the tour where it was left", () => {
  assert.deepEqual(readAddress("#tour"), { tab: "tour" });
  for (const step of ["0", String(TOUR_STEPS + 1), "-1", "two", "1.5"])
    assert.deepEqual(readAddress(`#tour=${step}`), { tab: "tour" });
  assert.deepEqual(readAddress(`#tour=${TOUR_STEPS}`), { tab: "tour", step: TOUR_STEPS });
});

test("Back takes back another view and another step of the tour, and nothing else", () => {
  const tour = { ...FIRST, tab: /** @type {const} */ ("tour") };
  assert.ok(opensEntry(FIRST, tour));
  assert.ok(opensEntry({ ...tour, step: 2 }, { ...tour, step: 3 }));
  assert.ok(!opensEntry(tour, { ...tour, step: 3 })); // the step where it was left is the same entry
  assert.ok(!opensEntry(FIRST, { ...FIRST, beta: 5 }));
});

test("numbers that were moved on a photograph's code are in no address", () => {
  const moved = { tab: /** @type {const} */ ("explore"), features: "smiling:2", numbers: "vae:3:1" };
  assert.equal(writeAddress({ ...FIRST, ...moved, face: "photo" }), "#explore");
  assert.equal(writeAddress({ ...FIRST, ...moved }), "#explore?features=smiling:2&numbers=vae:3:1");
});

test("whatever an address holds, it is read without an error and written the same again", () => {
  const next = random(2);
  const letters = "#?&=:,.*%+-_/\\ <>\"'0123456789eEaefnst\u0000\u00e9\u{1f600}";
  const keys = [
    "face",
    "code",
    "beta",
    "noise",
    "seed",
    "count",
    "features",
    "numbers",
    "second",
    "at",
    "part",
    "__proto__",
  ];
  const pick = (/** @type {any} */ values) => values[Math.floor(next() * values.length)];
  for (let i = 0; i < 5000; i++) {
    const text = () => Array.from({ length: Math.floor(next() * 12) }, () => pick([...letters])).join("");
    const values = [
      "-1",
      "1e999",
      "NaN",
      "Infinity",
      "0x10",
      " 5",
      "1.5",
      "",
      "vae:3:1e5",
      "vae:x:1",
      ":",
      "a".repeat(5000),
    ];
    const parts = Array.from({ length: Math.floor(next() * 4) }, () => `${pick(keys)}=${pick([pick(values), text()])}`);
    const hash = pick([`#${pick(VIEWS)}?${parts.join("&")}`, `#explore=${text()}`, `#tour=${text()}`, `#${text()}`]);
    const state = { ...FIRST, ...readAddress(hash) };
    assert.equal(Object.getPrototypeOf(state), Object.prototype);
    assert.deepEqual(Object.keys(state).sort(), Object.keys(FIRST).sort(), hash);
    assert.deepEqual({ ...FIRST, ...readAddress(writeAddress(state)) }, state, hash);
  }
});

test("a link that is opened in a page in use brings back what it leaves out, too", () => {
  assert.deepEqual(readLink("#sample?seed=9"), {
    ...{ tab: "sample", face: "smile", code: "", seed: 9, source: "standard", temperature: 1, count: 6 },
  });
});

test("links of the earlier page open Explore with their code", () => {
  const opened = readAddress("#explore=vae:0.12,-1.5,2");
  assert.deepEqual({ ...opened, code: "" }, { tab: "explore", model: "vae", face: "shared", code: "" });
  const codes = readCodes(String(opened.code), [{ name: "vae", latents: 3 }]);
  assert.deepEqual([...(codes.get("vae")?.mean ?? [])], [...Float32Array.from([0.12, -1.5, 2])]);
  assert.deepEqual(readAddress("#explore=vae:1,two"), {});
});

test("a network for every beta is a family once the page has it, and has its beta wherever it is chosen", () => {
  const link = "#face?family=beta-dial&beta=3.4";
  assert.deepEqual(readAddress(link), { tab: "face", beta: 3.4 });
  addDials(["beta-dial"]);
  assert.deepEqual(readAddress(link), { tab: "face", family: "beta-dial", beta: 3.4 });
  assert.equal(writeAddress({ ...FIRST, family: "beta-dial", beta: 3.4 }), link);
  for (const tab of /** @type {const} */ (["explore", "morph"])) {
    const chosen = `#${tab}?model=beta-dial&beta=12.5`;
    assert.equal(writeAddress({ ...FIRST, tab, model: "beta-dial", beta: 12.5 }), chosen);
    assert.deepEqual(readAddress(chosen), { tab, model: "beta-dial", beta: 12.5 });
    assert.equal(writeAddress({ ...FIRST, tab, beta: 12.5 }), `#${tab}`);
    assert.deepEqual(readAddress(`#${tab}?beta=12.5`), { tab });
    assert.ok(!("beta" in readLink(`#${tab}?model=ae`)));
    assert.equal(readLink(`#${tab}?model=beta-dial`).beta, 1);
  }
});
