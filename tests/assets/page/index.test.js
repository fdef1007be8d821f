// index.html names the modules that the opening tab needs, so that they come in one go.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ASSETS = fileURLToPath(new URL("../../../assets", import.meta.url));
const HTML = readFileSync(join(ASSETS, "page/index.html"), "utf8");

/**
 * @param {string} file
 * @param {Set<string>} [found]
 * @returns {Set<string>}
 */
function imported(file, found = new Set()) {
  for (const [, path] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\s[^;]*?from "([^"]+)";/gms)) {
    const target = normalize(join(dirname(file), path));
    if (!found.has(target) && existsSync(target)) imported(target, found.add(target));
  }
  return found;
}

test("every module of the opening tab is loaded ahead, and nothing else", () => {
  const needed = [...imported(join(ASSETS, "page/main.js"))].map((file) => relative(ASSETS, file)).sort();
  const named = [...HTML.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, href]) => href).sort();
  assert.deepEqual(named, needed);
});

test("a visible sentence is written in one file", () => {
  const texts = ["page/words", "../pages"].flatMap((folder) =>
    readdirSync(join(ASSETS, folder))
      .filter((name) => /\.(js|py)$/.test(name))
      .map((name) => readFileSync(join(ASSETS, folder, name), "utf8")),
  );
  const sentences = texts.flatMap((text) => [
    ...new Set([...text.matchAll(/(["`])([A-Z…][^"`\n]{24,})\1/g)].map((one) => one[2])),
  ]);
  const twice = sentences.filter((sentence, i) => sentences.indexOf(sentence) !== i || HTML.includes(sentence));
  assert.deepEqual(twice, []);
});

test("the page asks no other host for anything", () => {
  const addresses = [...HTML.matchAll(/(?:src|href)="(https?:[^"]+)"/g)].map(([, address]) => address);
  const links = [...HTML.matchAll(/<a [^>]*href="(https?:[^"]+)"/g)].map(([, address]) => address);
  assert.deepEqual(addresses, links);
});
