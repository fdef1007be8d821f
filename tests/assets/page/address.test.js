import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, readOldLink, TABS, writeAddress, writeCodeLink } from "../../../assets/page/address.js";
import { FIRST } from "../../../assets/page/store.js";

test("an address brings back the state that it was written from", () => {
  /** @type {Partial<import("../../../assets/page/store.js").State>[]} */
  const states = [
    { tab: "face", family: "beta-tcvae", beta: 20, face: "glasses" },
    { tab: "face", beta: null },
    { tab: "sample", seed: 123 },
    { tab: "explore", model: "beta-vae-b10", face: "random:5" },
    { tab: "compare", feature: "5 o clock shadow", face: "sampled:beta-tcvae-b50:12:3:fitted:0.7" },
  ];
  for (const change of states) {
    const state = { ...FIRST, ...change };
    assert.deepEqual({ ...FIRST, ...readAddress(writeAddress(state)) }, state);
  }
});

test("the first state of every tab has an address without parts", () => {
  for (const tab of TABS) assert.equal(writeAddress({ ...FIRST, tab }), `#${tab}`);
});

test("a photograph or a changed face is in no address", () => {
  for (const face of ["photo", "edited", "linked", "second"]) assert.equal(writeAddress({ ...FIRST, face }), "#face");
});

test("parts that make no sense are left out", () => {
  assert.deepEqual(readAddress("#face?beta=-3&family=gan&face=%3Cscript%3E"), { tab: "face" });
  assert.deepEqual(readAddress("#sample?seed=1.5"), { tab: "sample" });
  assert.deepEqual(readAddress("#nothing?beta=5"), {});
  assert.deepEqual(readAddress(""), {});
});

test("links of the earlier page open Explore with their code", () => {
  const code = [0.12, -1.5, 2];
  const link = writeCodeLink("vae", code);
  assert.equal(link, "#explore=vae:0.12,-1.5,2");
  assert.deepEqual(readOldLink(link), { model: "vae", code });
  assert.deepEqual(readAddress(link), { tab: "explore", model: "vae" });
  assert.equal(readOldLink("#explore=vae:1,two"), null);
});
