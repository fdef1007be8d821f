// The server's way: the app's endpoints, asked one after the other. Loaded only where the server is asked.

import { toPixels } from "../vision/tensors.js";
import { newAbortError, Queue } from "./browser/queue.js";
import { drawErrors } from "./error_map.js";
import { readPicture, writePicture } from "./images.js";
import { addNoise, readCrop } from "./models.js";
import { kl, score } from "./scores.js";

/**
 * @import { Code, Crop, Found, Model, Point, Reconstruction, Request, Square, Typicality } from "./types.js"
 * @typedef {{url: string}} File
 * @typedef {{scores: Record<string, any>[], typicality: Record<string, any> | null}} Judgement
 */

const MOST_CODES = 36; // that /decode takes at once
const UNREACHABLE = "The server cannot be reached. Check the connection and try again.";

/**
 * @param {string} name
 * @param {string} message
 */
const newError = (name, message) => Object.assign(new Error(message), { name });

/** The app's endpoints, with the engine's words. */
export class ServerWay {
  #address;
  #importClient;
  #queue = new Queue();
  #last = 0;
  /** @type {Promise<import("@gradio/client").Client> | null} */
  #client = null;
  /** @type {{crop: Crop, noise: number, answer: Promise<Judgement>} | null} */
  #judged = null; // the scores of all models come in one answer

  /**
   * @param {string} address of the app
   * @param {() => Promise<typeof import("@gradio/client")>} importClient
   */
  constructor(address, importClient) {
    this.#address = address;
    this.#importClient = importClient;
  }

  /**
   * Do some work when its turn has come.
   *
   * @template T
   * @param {Request} request
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  ask({ key, signal }, work) {
    if (signal?.aborted) return Promise.reject(newAbortError("The request was cancelled."));
    const id = ++this.#last;
    signal?.addEventListener("abort", () => this.#queue.cancel(id), { once: true });
    return this.#queue.add({ id, key, work });
  }

  /**
   * @param {Blob} photo
   * @returns {Promise<{found: Found, crops: Crop[]}>}
   */
  async find(photo) {
    const [answer, files] = await this.#call("find", [photo], "PictureError");
    if (answer.reason) throw newError("NoFaceFound", answer.reason);
    const faces = answer.faces.map((/** @type {Record<string, any>} */ face) => ({
      leftEye: face.left_eye,
      rightEye: face.right_eye,
      box: face.box,
    }));
    const crops = await Promise.all(files.map((/** @type {File} */ { url }) => readPicture(url)));
    return { found: { width: answer.width, height: answer.height, faces, more: answer.more }, crops };
  }

  /**
   * @param {Blob} photo
   * @param {Square | null} square
   * @returns {Promise<Crop>}
   */
  async cut(photo, square) {
    const chosen = square && [square.x, square.y, square.side];
    const [file] = await this.#call("cut", [photo, chosen], "PictureError");
    return readPicture(file.url);
  }

  /**
   * @param {Model} model
   * @param {Crop} crop
   * @param {number} noise
   * @param {Float32Array | null} betas (n,)
   * @returns {Promise<Code[]>} of each beta; one if there are none
   */
  async encode({ name }, crop, noise, betas) {
    const picture = writePicture(noise ? toPixels(addNoise(readCrop(crop), noise), crop.length / 4) : crop);
    const codes = [];
    for (const beta of betas ?? [null]) {
      const [{ mean, logvar }] = await this.#call("encode", [picture, name, "face", 1, ...(beta ? [beta] : [])]);
      codes.push({ mean: Float32Array.from(mean), logvar: logvar && Float32Array.from(logvar) });
    }
    return codes;
  }

  /**
   * @param {Model} model
   * @param {Float32Array} codes (n, D)
   * @param {Float32Array | null} betas (n,)
   * @returns {Promise<Uint8ClampedArray>} RGBA of n faces
   */
  async decode({ name, latents }, codes, betas) {
    const rows = Array.from({ length: codes.length / latents }, (_, i) => [
      ...codes.subarray(i * latents, (i + 1) * latents),
    ]);
    const groups = betas ? groupByBeta(betas) : [{ beta: null, start: 0, end: rows.length }];
    const pictures = [];
    for (const { beta, start, end } of groups) {
      for (let at = start; at < end; at += MOST_CODES) {
        const some = rows.slice(at, Math.min(end, at + MOST_CODES));
        const [files] = await this.#call("decode", [some, name, ...(beta ? [beta] : [])]);
        pictures.push(...(await Promise.all(files.map((/** @type {File} */ { url }) => readPicture(url)))));
      }
    }
    const pixels = new Uint8ClampedArray(pictures.length * pictures[0].length);
    for (const [i, picture] of pictures.entries()) pixels.set(picture, i * picture.length);
    return pixels;
  }

  /**
   * @param {Model} model
   * @param {Crop} crop
   * @param {number} noise
   * @param {Float32Array | null} betas (1,)
   * @returns {Promise<Reconstruction>}
   */
  async reconstruct(model, crop, noise, betas) {
    const scores = betas ? null : await this.#scoresOf(model, crop, noise);
    const [code] = await this.encode(model, crop, noise, betas);
    const pixels = await this.decode(model, code.mean, betas);
    const [x, y, nats] = [readCrop(crop), readCrop(pixels), kl(code)];
    // the endpoint scores no network of every beta: its scores are those of the rounded picture
    return { model: model.name, pixels, errors: drawErrors(x, y), code, kl: nats, scores: scores ?? score(x, y, nats) };
  }

  /** @param {Model} model @param {Crop} crop @param {number} noise @returns {Promise<import("./types.js").Scores>} */
  async #scoresOf({ name }, crop, noise) {
    const { scores } = await this.#judge(crop, noise);
    const row = scores.find((each) => each.model === name);
    if (!row) throw newError("ServerError", `The server has no scores of ${name}.`);
    return {
      squaredError: row.squared_error,
      mse: row.mse,
      psnr: row.psnr,
      ssim: row.ssim,
      kl: row.kl,
      activeDimensions: row.active_dimensions,
    };
  }

  /**
   * @param {Crop} crop
   * @param {number} noise
   * @returns {Promise<Typicality | null>}
   */
  async typicality(crop, noise) {
    const { typicality } = await this.#judge(crop, noise);
    if (!typicality) return null;
    const [bound, rest] = [typicality.negative_elbo, typicality.unexplained_variance];
    return {
      negativeElbo: { value: bound.value, shareBelow: bound.share_below },
      unexplained: { value: rest.value, shareBelow: rest.share_below },
    };
  }

  /**
   * @param {Crop} crop
   * @param {number} noise
   * @returns {Promise<Judgement>}
   */
  async #judge(crop, noise) {
    const kept = this.#judged;
    const isSame = kept?.noise === noise && kept.crop.every((value, i) => value === crop[i]);
    const answer = isSame ? kept.answer : this.#askScores(crop, noise);
    this.#judged = { crop: crop.slice(), noise, answer };
    answer.catch(() => {
      if (this.#judged?.answer === answer) this.#judged = null;
    });
    return answer;
  }

  /**
   * @param {Crop} crop
   * @param {number} noise
   * @returns {Promise<Judgement>}
   */
  async #askScores(crop, noise) {
    return (await this.#call("reconstruct", [writePicture(crop), "face", 1, noise]))[1];
  }

  /**
   * @param {string} endpoint
   * @param {unknown[]} values
   * @param {string} name of the error that it may answer
   * @returns {Promise<any[]>}
   */
  async #call(endpoint, values, name = "ServerError") {
    const client = await this.#connect();
    const answer = await client.predict(`/${endpoint}`, values).catch((error) => {
      throw newError(error.stage === "error" ? name : "ServerError", error.message || UNREACHABLE);
    });
    return /** @type {any[]} */ (answer.data);
  }

  #connect() {
    // record_history: the client would keep the requests, codes among them, in the browser's storage
    this.#client ??= this.#importClient()
      .then(({ Client }) => Client.connect(this.#address, { record_history: false }))
      .catch((cause) => {
        this.#client = null;
        throw Object.assign(newError("ServerError", UNREACHABLE), { cause });
      });
    return this.#client;
  }
}

/**
 * Group the codes that follow each other with the same beta.
 *
 * @param {Float32Array} betas
 * @returns {{beta: number, start: number, end: number}[]} end: the code after the last
 */
function groupByBeta(betas) {
  /** @type {{beta: number, start: number, end: number}[]} */
  const groups = [];
  for (const [i, beta] of betas.entries()) {
    const last = groups.at(-1);
    if (last?.beta === beta) last.end = i + 1;
    else groups.push({ beta, start: i, end: i + 1 });
  }
  return groups;
}
