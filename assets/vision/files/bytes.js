// Numbers and texts in the bytes of files.

/**
 * Return the ASCII text of some bytes.
 * @param {Uint8Array} data
 * @param {number} start
 * @param {number} stop
 */
export const readText = (data, start, stop) => String.fromCharCode(...data.subarray(start, stop));

/**
 * Return an unsigned number, and 0 if its bytes are not all there.
 * @param {Uint8Array} data
 * @param {number} start
 * @param {number} length 1 to 4
 * @param {"big" | "little"} order
 */
export function readNumber(data, start, length, order) {
  let value = 0;
  if (start + length > data.length) return value;
  for (let i = 0; i < length; i++) value = value * 256 + data[order === "big" ? start + i : start + length - 1 - i];
  return value;
}

/**
 * Return an unsigned number of 32 bits as bytes.
 * @param {number} value
 * @param {"big" | "little"} order
 */
export function writeNumber(value, order) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, order === "little");
  return bytes;
}

/**
 * Return the index of an ASCII text in some bytes, or -1.
 * @param {Uint8Array} data
 * @param {string} text
 */
export function findText(data, text) {
  const first = text.charCodeAt(0);
  for (let at = data.indexOf(first); at >= 0; at = data.indexOf(first, at + 1)) {
    if (readText(data, at, at + text.length) === text) return at;
  }
  return -1;
}
