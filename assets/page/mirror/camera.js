// The camera of the mirror: its frames one by one, and one of them as a photograph.

import { make } from "../dom.js";
import { openCamera } from "../facebar/camera.js";
import { contextOf, newCanvas } from "../facebar/picture.js";

const SIZE = { width: { ideal: 640 }, height: { ideal: 480 } }; // the models see 64 x 64 pixels of it

export class Camera {
  #hasFrame = false;
  #isOpen = true;
  #hear = () => {}; // called at each new frame

  /**
   * @param {HTMLVideoElement} video that plays the stream
   * @param {MediaStream} stream
   */
  constructor(video, stream) {
    this.video = video;
    this.stream = stream;
    this.#watch();
  }

  /** Open the camera of the visitor. Rejects with a sentence if that fails. */
  static async open() {
    const stream = await openCamera(SIZE);
    const camera = new Camera(make("video", { muted: true, playsInline: true, srcObject: stream }), stream);
    try {
      await camera.video.play();
    } catch (error) {
      camera.close();
      throw error;
    }
    return camera;
  }

  /** Whether a frame has come that nobody has grabbed. */
  get hasFrame() {
    return this.#hasFrame;
  }

  #watch() {
    const note = () => {
      if (!this.#isOpen) return;
      this.#hasFrame = true;
      this.#hear();
      this.#watch();
    };
    if ("requestVideoFrameCallback" in this.video) this.video.requestVideoFrameCallback(note);
    else requestAnimationFrame(note);
  }

  /** Return the next new frame; the caller closes it. @returns {Promise<ImageBitmap>} */
  async grab() {
    while (!this.#hasFrame) {
      await new Promise((done) => {
        this.#hear = () => done(null);
      });
    }
    this.#hasFrame = false;
    return createImageBitmap(this.video);
  }

  /** Return the present frame as a picture file, left and right exchanged as the mirror shows it. @returns {Promise<Blob>} */
  async takePhoto() {
    const canvas = newCanvas(this.video.videoWidth, this.video.videoHeight);
    const context = contextOf(canvas);
    context.setTransform(-1, 0, 0, 1, canvas.width, 0);
    context.drawImage(this.video, 0, 0);
    return new Promise((done, fail) => {
      canvas.toBlob((photo) => (photo ? done(photo) : fail(new Error("This browser gives no picture."))), "image/png");
    });
  }

  /** Call back if the camera ends by itself: it was unplugged, or the visitor has taken it back. @param {() => void} act */
  onEnd(act) {
    for (const track of this.stream.getTracks()) track.addEventListener("ended", act);
  }

  /** Switch the camera off. */
  close() {
    this.#isOpen = false;
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }
}
