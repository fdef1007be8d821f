import assert from "node:assert/strict";
import { test } from "node:test";
import { Codes } from "../../../assets/page/explore/codes.js";
import { lengthOf, lerp, slerp } from "../../../assets/page/morph/paths.js";
import { codesAlong } from "../../../assets/page/parts/strip.js";

const records = {
  vae: { numbers: [], mean: [0, 0], directions: { smile: { step: [1, 2], also: [] } }, probes: {}, single: {} },
  late: { numbers: [], mean: [0, 0], directions: {}, probes: {}, single: {} },
};
/** @param {Codes} codes @param {string} model */
const shown = (codes, model) => [...(codes.of(model) ?? [])];
const begin = () => {
  const codes = new Codes(records);
  codes.begin({ vae: Float32Array.of(1, 1), late: Float32Array.of(3, 3) });
  return codes;
};

test("a feature moves every model that has its direction, and no other", () => {
  const codes = begin();
  codes.setFeature("smile", 2);
  assert.deepEqual(shown(codes, "vae"), [3, 5]);
  assert.deepEqual(shown(codes, "late"), [3, 3]);
});

test("undo brings back the step before, and reset the face", () => {
  const codes = begin();
  codes.remember();
  codes.setNumber("vae", 0, 9);
  codes.remember();
  codes.setFeature("smile", 1);
  assert.ok(codes.undo());
  assert.deepEqual(shown(codes, "vae"), [9, 1]);
  assert.ok(codes.undo());
  assert.deepEqual(shown(codes, "vae"), [1, 1]);
  assert.equal(codes.undo(), false);
});

test("what was moved comes back from its text, and what the models do not have is left out", () => {
  const numbers = [{ index: 1, strength: 1, in_use: true, low: -3, high: 3, name: null }];
  const known = { ...records, vae: { ...records.vae, numbers } };
  const [codes, other] = [new Codes(known), new Codes(known)];
  codes.setFeature("smile", -1.25);
  codes.setNumber("vae", 1, 0.1234);
  other.read(codes.writeFeatures(), codes.writeNumbers());
  assert.deepEqual([other.amount("smile"), other.value("vae", 1)], [-1.25, 0.123]);
  assert.deepEqual([other.writeFeatures(), other.writeNumbers()], ["smile:-1.25", "vae:1:0.123"]);
  other.read("smile:99,beard:1", "vae:0:1,nobody:1:2,3:4,vae:1:-99,late:1:1");
  assert.deepEqual([other.writeFeatures(), other.writeNumbers()], ["smile:4", "vae:1:-32"]);
});

test("a locked number survives another face and a point of the map", () => {
  const codes = begin();
  codes.setNumber("vae", 0, 5);
  codes.toggleLock("vae", 0);
  codes.begin({ vae: Float32Array.of(-1, -1), late: Float32Array.of(0, 0) });
  assert.deepEqual(shown(codes, "vae"), [5, -1]);
  codes.setCode("vae", [7, 8]);
  assert.deepEqual(shown(codes, "vae"), [5, 8]);
});

test("a model whose code is not known yet has none", () => {
  assert.equal(new Codes(records).of("vae"), null);
});

test("both ways begin and end at the two codes", () => {
  const [a, b] = [Float32Array.of(1, 0, 2), Float32Array.of(0, 3, -1)];
  for (const path of [lerp, slerp]) {
    assert.deepEqual(Array.from(path(a, b, 0), Math.round), [...a]);
    assert.deepEqual(Array.from(path(a, b, 1), Math.round), [...b]);
  }
});

test("an arc between codes of one length keeps it; a line is shorter halfway", () => {
  const [a, b] = [Float32Array.of(5, 0), Float32Array.of(0, 5)];
  assert.ok(Math.abs(lengthOf(slerp(a, b, 0.5)) - 5) < 1e-6);
  assert.ok(lengthOf(lerp(a, b, 0.5)) < 4);
});

test("opposite and empty codes have a straight way", () => {
  const a = Float32Array.of(2, 0);
  assert.deepEqual([...slerp(a, Float32Array.of(-2, 0), 0.25)], [1, 0]);
  assert.deepEqual([...slerp(a, Float32Array.of(0, 0), 0.5)], [1, 0]);
});

test("a strip goes evenly from one end to the other", () => {
  assert.deepEqual([...(codesAlong((share) => [share, 1], 3) ?? [])], [0, 1, 0.5, 1, 1, 1]);
  assert.equal(
    codesAlong(() => null),
    null,
  );
});
