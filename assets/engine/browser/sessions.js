import { LoadError, OpenFailure, RuntimeFailure } from "../errors.js";
import { fetchBytes, unpack } from "./files.js";

/**
 * @typedef {typeof import("onnxruntime-common")} Runtime
 * @typedef {{data: Float32Array, dims: number[]}} Input
 * @typedef {(inputs: Input[]) => Promise<Record<string, Float32Array>>} Run from inputs, in the graph's order, to outputs
 *   by name; only one may run at a time
 */

/** ONNX Runtime Web and the sessions of its models, each opened when first asked for. */
export class Sessions {
  /** @type {Map<string, Promise<any>>} */
  #opened = new Map();
  #folder;
  #queue;
  #report;
  #importRuntime;
  #number = -1; // of the queue's jobs; requests have positive numbers

  /**
   * @param {string} folder address of ONNX Runtime Web
   * @param {import("./queue.js").Queue} queue for all that the runtime computes
   * @param {(progress: import("../types.js").Progress) => void} report
   * @param {(address: string) => Promise<Runtime>} importRuntime
   */
  constructor(folder, queue, report, importRuntime = (address) => import(address)) {
    this.#folder = folder;
    this.#queue = queue;
    this.#report = report;
    this.#importRuntime = importRuntime;
  }

  /**
   * Open the model of an address. Raises LoadError or OpenFailure; the next call tries again.
   *
   * @param {string} address
   * @returns {Promise<Run>}
   */
  open(address) {
    return this.#once(address, async () => {
      const [runtime, bytes] = await Promise.all([this.#loadRuntime(), fetchBytes(address, this.#report)]);
      const work = () => runtime.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
      // in the queue: opening a model while another one runs would break the runtime, too
      const session = await this.#queue.add({ id: this.#number--, work }).catch((cause) => {
        throw new OpenFailure("This browser could not open the model.", { cause });
      });
      return (inputs) => run(runtime, session, inputs);
    });
  }

  /**
   * Report a file that will be fetched, unless it has been.
   *
   * @param {string} address
   * @param {number} bytes
   */
  announce(address, bytes) {
    if (!this.#opened.has(address)) this.#report({ file: address, loaded: 0, total: bytes });
  }

  /** @returns {Promise<Runtime>} */
  #loadRuntime() {
    return this.#once(this.#folder, async () => {
      const script = `${this.#folder}ort.wasm.bundle.min.mjs`;
      const [runtime, wasmBinary] = await Promise.all([
        this.#importRuntime(script).catch((cause) => {
          throw new LoadError("ONNX Runtime", cause, true);
        }),
        fetchBytes(`${this.#folder}ort-wasm-simd-threaded.wasm.gz`, this.#report).then(unpack),
      ]);
      // one thread: more would need headers that isolate the page from every other origin
      Object.assign(runtime.env.wasm, { wasmBinary, numThreads: 1, proxy: false });
      return runtime;
    });
  }

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} make
   * @returns {Promise<T>}
   */
  #once(key, make) {
    const opened = this.#opened.get(key) ?? make();
    if (!this.#opened.has(key)) {
      this.#opened.set(key, opened);
      opened.catch(() => this.#opened.delete(key));
    }
    return opened;
  }
}

/**
 * @param {Runtime} runtime
 * @param {import("onnxruntime-common").InferenceSession} session
 * @param {Input[]} inputs
 */
async function run(runtime, session, inputs) {
  const feeds = inputs.map(({ data, dims }, index) => [
    session.inputNames[index],
    new runtime.Tensor("float32", data, dims),
  ]);
  try {
    const outputs = Object.entries(await session.run(Object.fromEntries(feeds)));
    return Object.fromEntries(outputs.map(([name, { data }]) => [name, /** @type {Float32Array} */ (data)]));
  } catch (cause) {
    throw new RuntimeFailure("This browser stopped running the model.", { cause });
  }
}
