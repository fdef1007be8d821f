// Codes -> faces in the visitor's browser, with ONNX Runtime Web; on the server where the browser cannot.

const SIDE = 64; // pixels of a face
const CHANNELS = 3;

const kept = new Map(); // address -> promise of what was made from it

// What `make` gives for this address: made once, however many ask. A failure is forgotten: the next may try again.
function once(address, make) {
  if (!kept.has(address)) {
    const made = make(address);
    kept.set(address, made);
    made.catch(() => kept.delete(address));
  }
  return kept.get(address);
}

async function bytes(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function inflated(packed) {
  // a server that declares the gzip as the answer's encoding has had it unpacked already
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed.buffer;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// ONNX Runtime's module. One thread: more would need headers that isolate the page from every other origin.
async function loadRuntime(runtime) {
  const folder = new URL(`${runtime.replace(/\/$/, "")}/`, document.baseURI);
  const [ort, wasmBinary] = await Promise.all([
    import(new URL("ort.wasm.bundle.min.mjs", folder)),
    bytes(new URL("ort-wasm-simd-threaded.wasm.gz", folder)).then(inflated),
  ]);
  Object.assign(ort.env.wasm, { wasmBinary, numThreads: 1, proxy: false });
  return ort;
}

// RGBA of faces (n, 3, 64, 64) in [0, 1]. A clamped array clips, and rounds halves to even, as torch does.
function toPixels(faces, n) {
  const area = SIDE * SIDE;
  const pixels = new Uint8ClampedArray(n * area * 4);
  for (let face = 0; face < n; face++) {
    for (let at = 0; at < area; at++) {
      const to = (face * area + at) * 4;
      for (let channel = 0; channel < CHANNELS; channel++) {
        pixels[to + channel] = faces[(face * CHANNELS + channel) * area + at] * 255;
      }
      pixels[to + 3] = 255;
    }
  }
  return pixels;
}

function newCanvas() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  return canvas;
}

// RGBA of pictures that come as data URLs: PNG, for the pixels to be the server's own.
async function readPictures(pictures, n) {
  if (pictures.length !== n) throw new RangeError(`the server gave ${pictures.length} pictures for ${n} codes`);
  const pixels = new Uint8ClampedArray(n * SIDE * SIDE * 4);
  const context = newCanvas().getContext("2d", { willReadFrequently: true });
  for (const [index, picture] of pictures.entries()) {
    const blob = await (await fetch(picture)).blob();
    const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
    context.drawImage(bitmap, 0, 0, SIDE, SIDE);
    bitmap.close();
    pixels.set(context.getImageData(0, 0, SIDE, SIDE).data, index * SIDE * SIDE * 4);
  }
  return pixels;
}

async function inBrowser({ ort, session }, z, n) {
  const code = new ort.Tensor("float32", z, [n, z.length / n]);
  const { reconstruction } = await session.run({ z: code });
  if (reconstruction.data.length !== n * CHANNELS * SIDE * SIDE) {
    throw new RangeError(`the model gave faces of ${reconstruction.dims.join(" x ")}`);
  }
  return toPixels(reconstruction.data, n);
}

async function onServer(serverDecode, z, n) {
  const latents = z.length / n;
  const codes = Array.from({ length: n }, (_, face) => [...z.subarray(face * latents, (face + 1) * latents)]);
  return readPictures(await serverDecode(codes), n);
}

// What went wrong on the way is `said` to the visitor, the rest of it to whoever opens the console.
async function step(said, promise) {
  try {
    return await promise;
  } catch (cause) {
    throw new Error(said, { cause });
  }
}

// The runtime with the model's session; an Error whose message says to a visitor why there is none.
async function openSession(runtime, model) {
  if (!model) throw new Error("This model has no ONNX file.");
  if (typeof WebAssembly === "undefined") throw new Error("This browser has no WebAssembly, or has it switched off.");
  if (typeof DecompressionStream === "undefined") throw new Error("This browser is too old to unpack the decoder.");
  return once(model, async () => {
    const [ort, data] = await Promise.all([
      step("ONNX Runtime could not be loaded.", once(runtime, loadRuntime)),
      step("The model's file could not be loaded.", bytes(model)),
    ]);
    const session = ort.InferenceSession.create(data, { executionProviders: ["wasm"] });
    return { ort, session: await step("This browser could not open the model.", session) };
  });
}

/**
 * A decoder for one model; never rejects.
 *
 * runtime: address of the folder onnxruntime; model: address of its decoder.onnx, or null if it has none; latents: D.
 * serverDecode(codes): n arrays of D numbers -> promise of n data URLs of PNG pictures, 64 x 64; used where the browser
 * cannot decode. onMode(mode, reason): told where faces are decoded, now and should that change.
 *
 * The decoder's `mode` is "browser" or "server", its `reason` a sentence for the visitor why it is the server, or "".
 * `decode(z, n)` takes n codes one after the other in a Float32Array of n * D and promises their RGBA pixels, a
 * Uint8ClampedArray of n * 64 * 64 * 4. It rejects with RangeError if these are not n codes, and with the server's
 * error.
 */
export async function openDecoder({ runtime, model, latents, serverDecode, onMode = () => {} }) {
  let opened = null;
  const decoder = { mode: "browser", reason: "", decode };

  function fallBack(error) {
    if (error.cause) console.warn(error.message, error.cause);
    Object.assign(decoder, { mode: "server", reason: error.message });
    onMode(decoder.mode, decoder.reason);
  }

  async function decode(z, n) {
    if (n < 1 || z.length !== n * latents) throw new RangeError(`${z.length} numbers are not ${n} codes of ${latents}`);
    const own = z.slice(); // the caller may go on writing into z
    if (decoder.mode === "browser") {
      try {
        return await inBrowser(opened, own, n);
      } catch (cause) {
        // the first of several that fail together tells
        if (decoder.mode === "browser") fallBack(new Error("This browser stopped running the model.", { cause }));
      }
    }
    return onServer(serverDecode, own, n);
  }

  try {
    opened = await openSession(runtime, model);
    // a first face warms up; and a model of another shape is found out now rather than under the visitor's hand
    await step("This browser could not run the model.", inBrowser(opened, new Float32Array(latents), 1));
  } catch (error) {
    fallBack(error);
    return decoder;
  }
  onMode(decoder.mode, decoder.reason);
  return decoder;
}

/**
 * Newest value wins: while `work(value)` runs, only the last value asked for waits; those between are dropped.
 *
 * Each result goes to `done(result, value)`, an error to `failed(error, value)`; two never run at once. A value is kept
 * as it is, not copied.
 */
export class Newest {
  #work;
  #done;
  #failed;
  #waiting = []; // one value at most; a list, for a value may be anything
  #running = false;

  constructor(work, done, failed) {
    this.#work = work;
    this.#done = done;
    this.#failed = failed;
  }

  ask(value) {
    this.#waiting = [value];
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    while (this.#waiting.length) {
      const value = this.#waiting.pop();
      try {
        this.#done(await this.#work(value), value);
      } catch (error) {
        this.#failed(error, value);
      }
    }
    this.#running = false;
  }
}

let native = null; // a canvas no one sees, which a face is enlarged from

/** Put face `index` of RGBA `pixels` onto a square canvas: as it is on one 64 wide, otherwise smoothly enlarged. */
export function paint(canvas, pixels, index = 0) {
  const size = SIDE * SIDE * 4;
  const face = new ImageData(pixels.slice(index * size, (index + 1) * size), SIDE, SIDE);
  native ??= newCanvas();
  native.getContext("2d").putImageData(face, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(native, 0, 0, canvas.width, canvas.height);
}
