// The live mirror's loop, its copies and its rate.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Copies, modelsAt } from "../../../assets/page/mirror/copies.js";
import { Loop, Rate } from "../../../assets/page/mirror/loop.js";

/** @import { Model } from "../../../assets/page/models.js" */

const MODELS = /** @type {Model[]} */ (
  /** @type {unknown} */ ([
    { name: "ae", family: "ae", beta: null },
    { name: "vae", family: "vae", beta: 1 },
    { name: "b5", family: "beta-vae", beta: 5 },
    { name: "tc5", family: "beta-tcvae", beta: 5 },
  ])
);
const CROP = new Uint8ClampedArray(16_384);

/** @param {number | null} beta @param {"beta-vae" | "beta-tcvae"} [family] */
const namesAt = (beta, family = "beta-vae") => modelsAt(MODELS, [], { beta, family }).map(({ name }) => name);

test("at a stop one model is asked, between stops two, without a price the AE", () => {
  assert.deepEqual(namesAt(1), ["vae"]);
  assert.deepEqual(namesAt(5), ["b5"]);
  assert.deepEqual(namesAt(5, "beta-tcvae"), ["tc5"]);
  assert.deepEqual(namesAt(2), ["vae", "b5"]);
  assert.deepEqual(namesAt(null), ["ae"]);
});

test("one network for every beta is asked alone, at the slider's beta", () => {
  const network = /** @type {any} */ ({ name: "beta-dial", title: "β dial", highest: 50 });
  const at = (/** @type {number | null} */ beta) => modelsAt(MODELS, [network], { beta, family: "beta-dial" });
  assert.deepEqual(at(3.4), [{ name: "beta-dial", title: "β dial", at: 3.4 }]);
  assert.equal(at(99)[0].at, 50);
  assert.equal(at(null)[0].name, "ae");
});

/** Steps of a loop that note what happens; a frame is its number. @param {number} frames after which the loop is stopped */
function createSteps(frames) {
  const events = /** @type {string[]} */ ([]);
  let [grabbed, looking, most] = [0, 0, 0];
  const loop = new Loop({
    hasFrame: () => grabbed % 2 === 0, // every other frame is early
    grab: async () => /** @type {any} */ (++grabbed),
    follow: async (frame) => {
      most = Math.max(most, ++looking);
      await new Promise((done) => setTimeout(done, 1));
      looking--;
      return /** @type {any} */ (frame);
    },
    rebuild: async (sight) => {
      events.push(`rebuild ${sight}`);
      return [];
    },
    show: (sight) => {
      events.push(`show ${sight}`);
      if (Number(sight) === frames) loop.stop();
    },
  });
  return { loop, events, most: () => most };
}

test("frames are shown one after the other, and never two are looked at", async () => {
  const { loop, events, most } = createSteps(4);
  await loop.run();
  assert.deepEqual(
    events,
    [1, 2, 3, 4].flatMap((frame) => [`rebuild ${frame}`, `show ${frame}`]),
  );
  assert.equal(most(), 1);
});

test("nothing is shown once the loop is stopped, and later errors are nobody's", async () => {
  const { loop, events } = createSteps(9);
  loop.steps.rebuild = async () => {
    loop.stop();
    throw new Error("too late");
  };
  await loop.run();
  assert.deepEqual(events, []);
});

test("no frame is asked for once the loop is stopped", async () => {
  const { loop, events } = createSteps(9);
  loop.steps.hasFrame = () => true;
  loop.steps.rebuild = async () => {
    loop.stop();
    return [];
  };
  loop.steps.grab = async () => /** @type {any} */ (events.push("grab"));
  await loop.run();
  assert.deepEqual(events, ["grab"]);
});

test("an error of a step ends the loop and is passed on", async () => {
  const { loop } = createSteps(9);
  loop.steps.follow = () => Promise.reject(new Error("broken"));
  await assert.rejects(loop.run(), { message: "broken" });
});

/** Engine whose models load when `load` is called for them a second time, and of which some give no copy. @param {string[]} broken */
function createEngine(broken = []) {
  const asked = /** @type {string[]} */ ([]);
  return {
    asked,
    load: async (/** @type {string | null | undefined} */ name) => {
      asked.push(`load ${name}`);
    },
    reconstruct: async (/** @type {string} */ model, /** @type {unknown} */ _, /** @type {any} */ request) => {
      asked.push(`${model}${request.local ? "" : " of anybody"}`);
      if (broken.includes(model)) throw new Error("not loaded");
      return /** @type {any} */ ({ model });
    },
  };
}

test("a frame waits for no model, and nobody but this browser is asked", async () => {
  const engine = createEngine();
  const copies = new Copies(MODELS, [], engine, () => {});
  assert.deepEqual(await copies.rebuild(CROP, { beta: 2, family: "beta-vae" }), []);
  const second = await copies.rebuild(CROP, { beta: 2, family: "beta-vae" });
  assert.deepEqual(
    second.map(({ model }) => model),
    ["vae", "b5"],
  );
  assert.deepEqual(engine.asked, ["load vae", "load b5", "vae", "b5"]);
});

test("all models are asked when all are wanted", async () => {
  const copies = new Copies(MODELS, [], createEngine(), () => {});
  copies.all = true;
  await copies.rebuild(CROP, { beta: 1, family: "beta-vae" });
  assert.equal((await copies.rebuild(CROP, { beta: 1, family: "beta-vae" })).length, MODELS.length);
});

test("a model that gives no copy is left out until the slider moves", async () => {
  const engine = createEngine(["b5"]);
  const missed = /** @type {string[]} */ ([]);
  const copies = new Copies(MODELS, [], engine, ({ name }) => missed.push(name));
  const state = { beta: 2, family: /** @type {const} */ ("beta-vae") };
  for (let frame = 0; frame < 4; frame++) await copies.rebuild(CROP, state);
  assert.deepEqual(missed, ["b5"]);
  copies.retry();
  for (let frame = 0; frame < 2; frame++) await copies.rebuild(CROP, state);
  assert.deepEqual(missed, ["b5", "b5"]);
});

test("the rate counts the last second only", () => {
  const rate = new Rate();
  const counts = [0, 100, 200, 1150, 2500].map((time) => rate.add(time));
  assert.deepEqual(counts, [1, 2, 3, 2, 1]);
});
