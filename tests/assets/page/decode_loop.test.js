import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeLoop } from "../../../assets/page/decode_loop.js";

const FRAME = 1000 / 60;
const MODELS = ["a", "b", "c", "d"];
const CROP = 64 * 64 * 4;

/** @typedef {{name: string, code: number, key?: string, resolve: (pixels: Uint8ClampedArray) => void, reject: (error: Error) => void}} Job */

/** A worker that decodes one code after the other in so many milliseconds, on a clock that only the test moves. */
class Worker {
  now = 0;
  end = Number.POSITIVE_INFINITY; // of the code that is being decoded
  /** @type {Job[]} */
  #jobs = [];
  /** @type {{act: () => void, at: number}[]} */
  #timers = [];

  /** @param {number} cost */
  constructor(cost) {
    this.cost = cost;
  }

  /** @type {import("../../../assets/engine/types.js").Engine["decode"]} */
  decode = (name, [code], { key } = {}) => {
    const first = Number.isFinite(this.end) ? 1 : 0; // that has not begun
    const replaced = this.#jobs.filter((job, i) => i >= first && key !== undefined && job.key === key);
    this.#jobs = this.#jobs.filter((job) => !replaced.includes(job));
    for (const { reject } of replaced) reject(Object.assign(new Error(), { name: "AbortError" }));
    return new Promise((resolve, reject) => {
      this.#jobs.push({ name, code, key, resolve, reject });
      if (!first) this.end = this.now + this.cost;
    });
  };

  /** @param {() => void} act @param {number} wait */
  later = (act, wait) => this.#timers.push({ act, at: this.now + wait });

  /** Let time pass. @param {number} until */
  async run(until) {
    for (;;) {
      const next = Math.min(this.end, ...this.#timers.map(({ at }) => at));
      if (next > until) break;
      this.now = next;
      if (next === this.end) this.#answer();
      const due = this.#timers.filter(({ at }) => at <= next);
      this.#timers = this.#timers.filter(({ at }) => at > next);
      for (const { act } of due) act();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.now = until;
  }

  #answer() {
    const job = this.#jobs.shift();
    this.end = this.#jobs.length ? this.now + this.cost : Number.POSITIVE_INFINITY;
    job?.resolve(new Uint8ClampedArray(CROP).fill(job.code));
  }
}

/** @param {number} cost of decoding, in milliseconds */
function createStage(cost) {
  const worker = new Worker(cost);
  const stage = { code: 0, chosen: "a", log: /** @type {{name: string, code: number, at: number}[]} */ ([]) };
  const loop = new DecodeLoop({
    decode: worker.decode,
    codeOf: () => Float32Array.of(stage.code),
    chosen: () => stage.chosen,
    done: (name, crop) => stage.log.push({ name, code: crop[0], at: worker.now }),
    failed: (_, error) => assert.fail(error),
    now: () => worker.now,
    later: worker.later,
  });
  const rest = () => worker.run(worker.now + 1000);
  const of = (/** @type {string} */ name) => stage.log.filter((one) => one.name === name);

  /** Drag for so many frames, a new code in each. @param {number} frames @param {Iterable<string>} [names] */
  async function drag(frames, names = MODELS) {
    for (let i = 0; i < frames; i++) {
      stage.code += 1;
      loop.refresh(names);
      await worker.run(worker.now + FRAME);
    }
  }

  return { stage, loop, rest, drag, of };
}

test("the chosen model is decoded for each frame of a drag, and within it", async () => {
  const { drag, of } = createStage(5.5);
  await drag(60);
  assert.deepEqual(
    of("a").map(({ code }) => code),
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
  for (const { code, at } of of("a")) assert.ok(at <= code * FRAME);
});

test("the other models follow in turn while there is time left in a frame", async () => {
  const { drag, of } = createStage(5.5);
  await drag(60);
  for (const name of ["b", "c", "d"]) assert.ok(of(name).length >= 19, `${name}: ${of(name).length}`);
});

test("where a frame has no time left, the others follow rarely", async () => {
  const { drag, of } = createStage(10);
  await drag(120);
  assert.ok(of("a").length >= 110, String(of("a").length));
  for (const name of ["b", "c", "d"]) assert.ok(of(name).length >= 8, `${name}: ${of(name).length}`);
});

test("every model shows the newest code once the drag rests", async () => {
  for (const cost of [1, 5.5, 10, 40]) {
    const { stage, drag, rest, of } = createStage(cost);
    await drag(10);
    await rest();
    for (const name of MODELS) assert.equal(of(name).at(-1)?.code, stage.code);
  }
});

test("codes of a slow model do not pile up", async () => {
  const { drag, stage, of } = createStage(100);
  await drag(60);
  for (const name of MODELS) assert.ok(of(name).length <= 10);
  assert.ok(stage.code - (of("a").at(-1)?.code ?? 0) <= 18); // two are decoded meanwhile, and one more has waited
});

test("only the models that have changed are decoded", async () => {
  const { drag, rest, of } = createStage(5.5);
  await drag(10, ["a"]);
  await rest();
  assert.equal(of("a").length, 10);
  for (const name of ["b", "c", "d"]) assert.equal(of(name).length, 0);
});

test("a model that is chosen in the middle of a drag is decoded at once", async () => {
  const { drag, stage, of } = createStage(5.5);
  await drag(10);
  stage.chosen = "c";
  const { length } = of("c");
  await drag(10);
  assert.equal(of("c").length, length + 10);
});

test("a model without a known code is passed over", async () => {
  const { loop, rest, of } = createStage(5);
  const { codeOf } = loop.options;
  loop.options.codeOf = (name) => (name === "b" ? null : codeOf(name));
  loop.refresh(MODELS);
  await rest();
  assert.deepEqual(
    MODELS.map((name) => of(name).length),
    [1, 0, 1, 1],
  );
});

test("a model that is still loading holds up neither the chosen one nor a work", async () => {
  const { loop, drag, of } = createStage(5.5);
  const { decode } = loop.options;
  loop.options.decode = (name, ...rest) => (name === "b" ? new Promise(() => {}) : decode(name, ...rest));
  await drag(10);
  let done = 0;
  const work = async () => {
    done += 1;
  };
  loop.fill(Array.from({ length: 9 }, () => work));
  await drag(10);
  assert.equal(done, 9);
  assert.equal(of("a").length, 20);
});

test("works are done before other models and in their turns; newer works replace those that wait", async () => {
  const { loop, drag, of } = createStage(5.5);
  /** @type {string[]} */
  const done = [];
  const works = (/** @type {string} */ name) =>
    Array.from({ length: 9 }, (_, i) => async () => {
      done.push(`${name}${i}`);
    });
  loop.fill(works("x"));
  loop.fill(works("y"));
  await drag(20);
  assert.deepEqual(done, ["x0", ...Array.from({ length: 9 }, (_, i) => `y${i}`)]);
  for (const { code, at } of of("a")) assert.ok(at <= code * FRAME);
});
