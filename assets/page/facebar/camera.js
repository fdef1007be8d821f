// A photo by the camera: a live picture in a dialog, and a button.

import { make } from "../dom.js";
import { closeDialog, onceClosed, openDialog } from "../parts/dialog.js";
import { CAMERA } from "../words/photo.js";
import { contextOf, newCanvas } from "./picture.js";

/**
 * Open the camera; the picture that is taken goes to `use`.
 *
 * @param {(photo: Blob) => void} use
 */
export async function takePhoto(use) {
  const words = make("p", { className: "note", role: "status" }, CAMERA.opening);
  const video = make("video", { muted: true, playsInline: true, className: "camera" });
  const take = make("button", { type: "button", className: "primary", disabled: true }, CAMERA.take);
  openDialog(CAMERA.title, video, words, take);
  /** @type {MediaStream} */
  let stream;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } });
  } catch (error) {
    words.textContent = /** @type {Error} */ (error).name === "NotAllowedError" ? CAMERA.refused : CAMERA.none;
    return;
  }
  onceClosed(() => {
    for (const track of stream.getTracks()) track.stop();
  });
  video.srcObject = stream;
  await video.play();
  words.textContent = "";
  take.disabled = false;
  take.addEventListener("click", () => {
    const canvas = newCanvas(video.videoWidth, video.videoHeight);
    contextOf(canvas).drawImage(video, 0, 0);
    closeDialog();
    canvas.toBlob((photo) => photo && use(photo), "image/png");
  });
}
