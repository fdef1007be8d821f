/**
 * @template T
 * @typedef {object} Job
 * @property {number} id
 * @property {string} [key] a newer job of the same key replaces this one while it waits
 * @property {Promise<unknown>} [ready] the job waits for this, and rejects with it; others may overtake it meanwhile
 * @property {() => Promise<T>} work
 */

/**
 * @typedef {object} Waiting
 * @property {Job<any>} job
 * @property {boolean} isReady
 * @property {(value: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

/** @param {string} message */
export function newAbortError(message = "A newer request has replaced this one.") {
  return new DOMException(message, "AbortError");
}

/** A queue that runs one job at a time, in order of arrival among those that are ready. */
export class Queue {
  /** @type {Waiting[]} */
  #waiting = [];
  #isRunning = false;
  #pause;

  /**
   * @param {() => Promise<void>} pause before each job: time to hear of newer jobs
   */
  constructor(pause = async () => {}) {
    this.#pause = pause;
  }

  /**
   * Add a job. Rejects with AbortError if it is replaced or cancelled before it starts.
   *
   * @template T
   * @param {Job<T>} job
   * @returns {Promise<T>}
   */
  add(job) {
    if (job.key !== undefined) this.#reject((other) => other.key === job.key, newAbortError());
    return new Promise((resolve, reject) => {
      const waiting = { job, isReady: job.ready === undefined, resolve, reject };
      this.#waiting.push(waiting);
      job.ready?.then(
        () => {
          waiting.isReady = true;
          this.#run();
        },
        (reason) => this.#reject((other) => other === job, reason),
      );
      this.#run();
    });
  }

  /**
   * Cancel a job that has not started.
   *
   * @param {number} id
   */
  cancel(id) {
    this.#reject((job) => job.id === id, newAbortError("The request was cancelled."));
  }

  /**
   * @param {(job: Job<any>) => boolean} isMeant
   * @param {unknown} reason
   */
  #reject(isMeant, reason) {
    const meant = this.#waiting.filter(({ job }) => isMeant(job));
    this.#waiting = this.#waiting.filter(({ job }) => !isMeant(job));
    for (const { reject } of meant) reject(reason);
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.some(({ isReady }) => isReady)) {
      await this.#pause();
      await settle(this.#take());
    }
    this.#isRunning = false;
  }

  /** @returns {Waiting | undefined} */
  #take() {
    const index = this.#waiting.findIndex(({ isReady }) => isReady);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }
}

/** @param {Waiting | undefined} waiting undefined: it was cancelled during the pause */
async function settle(waiting) {
  try {
    waiting?.resolve(await waiting.job.work());
  } catch (error) {
    waiting?.reject(error);
  }
}
