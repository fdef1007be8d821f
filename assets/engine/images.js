// Pictures of 64 x 64 pixels on their way to the server and back, as PNG: without loss.

const SIDE = 64;

function createContext() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (!context) throw new Error("This browser could not open a canvas.");
  return context;
}

/**
 * Read a picture of an address as RGBA.
 *
 * @param {string} address
 * @returns {Promise<Uint8ClampedArray<ArrayBuffer>>}
 */
export async function readPicture(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server's picture could not be loaded: ${response.status}.`);
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const context = createContext();
  context.drawImage(bitmap, 0, 0, SIDE, SIDE);
  bitmap.close();
  return /** @type {Uint8ClampedArray<ArrayBuffer>} */ (context.getImageData(0, 0, SIDE, SIDE).data);
}

/**
 * Write a picture as the data URL of a PNG.
 *
 * @param {Uint8ClampedArray} pixels RGBA, opaque
 * @returns {string}
 */
export function writePicture(pixels) {
  const context = createContext();
  const picture = context.createImageData(SIDE, SIDE);
  picture.data.set(pixels);
  context.putImageData(picture, 0, 0);
  return context.canvas.toDataURL("image/png");
}
