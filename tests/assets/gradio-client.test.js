// The vendored client of Gradio is the one that package-lock.json names.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const ASSETS = new URL("../../assets/", import.meta.url);
const COPIES = {
  "gradio-client/LICENSE": "node_modules/@gradio/client/LICENSE",
  "gradio-client/LICENSE-fetch-event-stream": "node_modules/fetch-event-stream/license",
  "gradio-client/index.min.js": "node_modules/@gradio/client/dist/index.min.js",
};

/**
 * Read a file of the assets.
 * @param {string} name
 */
function read(name) {
  return readFileSync(new URL(name, ASSETS), "utf8");
}

for (const [copy, original] of Object.entries(COPIES)) {
  test(`${copy} equals the file of the installed package`, () => {
    assert.equal(read(copy), read(original));
  });
}

test("the README names the version of the client", () => {
  const { devDependencies } = JSON.parse(read("package.json"));
  assert.equal(read("gradio-client/README.md").split("\n")[0], `# @gradio/client ${devDependencies["@gradio/client"]}`);
});

test("the client is one module that imports no other file", async () => {
  const source = Buffer.from(read("gradio-client/index.min.js")).toString("base64");
  const module = await import(`data:text/javascript;base64,${source}`); // such a module has no folder to import from
  assert.equal(typeof module.Client.connect, "function");
});
