import assert from "node:assert/strict";
import { test } from "node:test";
import { describeOwn, findSeparate, writeCurve } from "../../../assets/page/about/dials.js";
import { DialCodes } from "../../../assets/page/dial/codes.js";
import { createDecode, dialModels, forRow } from "../../../assets/page/dial/model.js";
import { betaByKey, betaOn, placeOn, within } from "../../../assets/page/dial/scale.js";
import { Way } from "../../../assets/page/morph/way.js";
import { createStore, FIRST } from "../../../assets/page/store.js";

const HIGHEST = 50;
const DIAL = { name: "beta-dial", title: "β dial", base: "beta-vae", latents: 2, channels: 3, highest: HIGHEST };

/** Create as much of a page as a tab asks of it, and note what its engine is asked. @param {Partial<import("../../../assets/page/store.js").State>} [state] */
function createPage(state = {}, dials = [DIAL]) {
  /** @type {any[]} */
  const asked = [];
  const engine = {
    /** @param {string} name @param {number[]} crop @param {number[]} betas @param {{noise: number}} request */
    async encodeAlong(name, crop, betas, { noise }) {
      asked.push([name, betas, noise]);
      if (!crop.length) throw new Error("no picture");
      return [{ mean: Float32Array.from(crop) }];
    },
    decode: (/** @type {any[]} */ ...question) => asked.push(question),
  };
  const faces = {
    models: [{ name: "vae", channels: 3 }],
    dials,
    current: { crop: [1, 2], copies: new Map() },
    noise: 0,
  };
  const page = { engine, faces, records: { dials }, store: createStore({ ...FIRST, ...state }) };
  return { page: /** @type {any} */ (page), asked };
}

test("every position of the slider is a beta, and every beta has its position", () => {
  for (const place of [0, 0.25, 0.5, 0.9, 1])
    assert.ok(Math.abs(placeOn(betaOn(place, HIGHEST), HIGHEST) - place) < 1e-12);
  assert.deepEqual([betaOn(0, HIGHEST), betaOn(1, HIGHEST)], [1, HIGHEST]);
  assert.deepEqual([within(null, HIGHEST), within(0.2, HIGHEST), within(70, HIGHEST)], [1, 1, HIGHEST]);
});

test("arrow keys go small steps, Page keys to round betas, Home and End to the ends", () => {
  const up = Number(betaByKey("ArrowRight", 3.4, HIGHEST));
  assert.ok(up > 3.4 && up < 3.4 * 1.1);
  assert.ok(Math.abs(Number(betaByKey("ArrowLeft", up, HIGHEST)) - 3.4) < 1e-9);
  assert.deepEqual(
    ["PageUp", "PageDown", "Home", "End", "a"].map((key) => betaByKey(key, 3.4, HIGHEST)),
    [5, 2, 1, HIGHEST, undefined],
  );
  assert.deepEqual(
    ["ArrowLeft", "PageDown"].map((key) => betaByKey(key, null, HIGHEST)),
    [1, 1],
  );
  assert.equal(betaByKey("PageUp", 20, 30), 30); // an end that is not round
});

test("a network of every beta decodes at the slider's beta, and other models at none", () => {
  const { page, asked } = createPage({ beta: 7 });
  const decode = createDecode(page, [...page.faces.models, ...dialModels(page)]);
  const codes = new Float32Array(2);
  decode("beta-dial", codes, { key: "k" });
  decode("vae", codes, { key: "k" });
  decode("beta-dial", codes, { beta: [3] });
  page.store.set({ beta: 200 }); // beyond the network's range
  decode("beta-dial", codes);
  assert.deepEqual(
    asked.map(([name, , request]) => [name, request]),
    [
      ["beta-dial", { beta: 7, key: "k" }],
      ["vae", { key: "k" }],
      ["beta-dial", { beta: [3] }],
      ["beta-dial", { beta: HIGHEST }],
    ],
  );
});

test("the title of a network follows the slider, and that of its cell does not", () => {
  const { page } = createPage({ beta: 2 });
  const [model] = dialModels(page);
  const [cell] = forRow([model]);
  const before = cell.title;
  assert.equal(model.title, "one network at β = 2");
  page.store.set({ beta: 12.5 });
  assert.equal(model.title, "one network at β = 12.5");
  assert.equal(cell.title, before);
});

test("several networks have different titles", () => {
  const other = { ...DIAL, name: "beta-tc-dial", title: "β-TC dial" };
  const titles = dialModels(createPage({}, [DIAL, other]).page).map(({ title }) => title);
  assert.deepEqual(titles, ["β dial at β = 1", "β-TC dial at β = 1"]);
});

test("a network is asked for a face's code at beta 1, once, and only when it was opened", async () => {
  const { page, asked } = createPage({ beta: 20 });
  const codes = new DialCodes(page);
  await codes.follow();
  assert.deepEqual([asked, codes.of("beta-dial")], [[], null]);
  await Promise.all([codes.open("beta-dial"), codes.follow()]);
  assert.deepEqual(asked, [["beta-dial", [1], 0]]);
  assert.deepEqual(codes.all(), { "beta-dial": Float32Array.of(1, 2) });
});

test("another face or another noise has another code", async () => {
  const { page, asked } = createPage();
  const codes = new DialCodes(page);
  await codes.open("beta-dial");
  const first = page.faces.current;
  page.faces.current = { crop: [3, 4], copies: new Map() };
  assert.equal(codes.of("beta-dial"), null);
  await codes.follow();
  page.faces.noise = 0.2;
  await codes.follow();
  assert.deepEqual(
    asked.map(([, , noise]) => noise),
    [0, 0, 0.2],
  );
  Object.assign(page.faces, { current: first, noise: 0 });
  assert.deepEqual(codes.of("beta-dial"), Float32Array.of(1, 2));
});

test("a network that has failed is asked again", async () => {
  const { page } = createPage();
  page.faces.current.crop = [];
  const codes = new DialCodes(page);
  /** @type {any[]} */
  const failed = [];
  codes.addEventListener("failed", (event) => failed.push(/** @type {CustomEvent} */ (event).detail.name));
  await codes.open("beta-dial");
  assert.deepEqual([failed, codes.of("beta-dial")], [["beta-dial"], null]);
  page.faces.current.crop = [5, 6];
  await codes.follow();
  assert.deepEqual(codes.of("beta-dial"), Float32Array.of(5, 6));
});

test("an answer on a face that the page has no longer is no news", async () => {
  for (const crop of [[1, 2], []]) {
    const { page } = createPage();
    page.faces.current.crop = crop;
    const codes = new DialCodes(page);
    for (const type of ["code", "failed"]) codes.addEventListener(type, () => assert.fail(type));
    const asked = codes.open("beta-dial");
    page.faces.current = { crop: [3, 4], copies: new Map() };
    await asked;
  }
});

test("a morph by a network goes between codes of beta 1, and leaves out one that was not opened", async () => {
  const { page } = createPage({ beta: 20, path: "straight" });
  const codes = new DialCodes(page);
  const vae = /** @type {import("../../../assets/page/models.js").Model} */ ({ name: "vae", family: "vae" });
  const models = [vae, ...dialModels(page)];
  const second = { codes: { "beta-dial": Float32Array.of(3, 6) } };
  const way = new Way(page, models, /** @type {any} */ (second), /** @type {any} */ ({ codes }));
  assert.deepEqual([way.open, way.at("beta-dial", 0.5)], [[vae], null]);
  await codes.open("beta-dial");
  assert.deepEqual(way.at("beta-dial", 0.5), Float32Array.of(2, 4));
  assert.deepEqual([way.open, way.first], [models, codes.all()]);
  second.codes = /** @type {any} */ ({});
  assert.deepEqual(way.open, [vae]); // the other face has no code yet
});

test("a network is compared with the models of its own family, and the VAE", () => {
  const models = [
    ["ae", null],
    ["vae", 1],
    ["beta-vae", 5],
    ["beta-tcvae", 5],
  ].map(([family, beta]) => ({ name: family, family, beta }));
  const about = { models: Object.fromEntries(models.map(({ name }) => [name, { scores: { kl: 9 }, inUse: 20 }])) };
  const separate = findSeparate(/** @type {any} */ (models), /** @type {any} */ (about), "beta-tcvae");
  assert.deepEqual([...separate].map(([beta, { family }]) => [beta, family]).sort(), [
    [1, "vae"],
    [5, "beta-tcvae"],
  ]);
  assert.deepEqual(separate.get(1), { beta: 1, family: "vae", squared_error: null, kl: 9, active_units: 20 });
});

test("a curve is saved as it is recorded", () => {
  const curve = { beta: [1, 50], kl: [35.123456789, 3], gaussian_total_correlation: [0.5, null] };
  assert.equal(writeCurve(curve), "beta,kl,gaussian_total_correlation\r\n1,35.123456789,0.5\r\n50,3,\r\n");
});

test("of a network's training only what is its own is said", () => {
  const facts = { steps: 8790, batch: 128, parameters: 1668755, data: "faces" };
  const about = (/** @type {object} */ other) => /** @type {any} */ ({ models: { vae: { facts: other } } });
  const like = about({ ...facts, parameters: 1661075 });
  assert.match(describeOwn(/** @type {any} */ (facts), like), /^1,668,755 parameters\. The rest is the same/);
  const longer = describeOwn(/** @type {any} */ ({ ...facts, steps: 17580 }), like);
  assert.match(longer, /17,580 training steps/);
  assert.doesNotMatch(longer, /The rest/);
});
