import { LoadError } from "../errors.js";

/** @typedef {import("../types.js").Progress} Progress */

/**
 * Fetch a file and report its bytes while they arrive.
 *
 * The last report has as many bytes loaded as in total. The total is 0 until then if the answer does not say it, or is
 * compressed on its way. Raises LoadError.
 *
 * @param {string} address
 * @param {(progress: Progress) => void} report
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function fetchBytes(address, report) {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const isPacked = response.headers.get("Content-Encoding") !== null;
    const total = isPacked ? 0 : Number(response.headers.get("Content-Length") ?? 0);
    const bytes = await readBytes(response, (loaded) => report({ file: address, loaded, total }));
    report({ file: address, loaded: bytes.length, total: bytes.length });
    return bytes;
  } catch (cause) {
    report({ file: address, loaded: 0, total: 0 }); // nobody waits for it any longer
    throw new LoadError(address.split("/").at(-1) ?? address, cause);
  }
}

/**
 * @param {Response} response
 * @param {(loaded: number) => void} report
 */
async function readBytes(response, report) {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const parts = [];
  const reader = response.body.getReader();
  let loaded = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    loaded += part.value.length;
    report(loaded);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Unpack gzip; bytes that are none stay as they are.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<ArrayBuffer>}
 */
export async function unpack(bytes) {
  // a server that declares the gzip as the answer's encoding has had it unpacked already
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.buffer;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
