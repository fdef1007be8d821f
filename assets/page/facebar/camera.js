// A photo by the camera: a live picture in a dialog, and a button.

import { make } from "../dom.js";
import { closeDialog, onceClosed, openDialog } from "../parts/dialog.js";
import { CAMERA } from "../words/photo.js";
import { contextOf, newCanvas } from "./picture.js";

/**
 * Open the camera that looks at the visitor. Rejects with a sentence that says what to do.
 *
 * @param {MediaTrackConstraints} size
 * @returns {Promise<MediaStream>}
 */
export async function openCamera(size) {
  if (!navigator.mediaDevices) throw new Error(isSecureContext ? CAMERA.none : CAMERA.insecure);
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", ...size } });
  } catch (error) {
    const { name } = /** @type {Error} */ (error);
    throw new Error({ NotAllowedError: CAMERA.refused, NotReadableError: CAMERA.busy }[name] ?? CAMERA.none);
  }
}

/**
 * Open the camera in a dialog; the picture that is taken goes to `use`.
 *
 * @param {(photo: Blob) => void} use
 */
export async function takePhoto(use) {
  const words = make("p", { className: "note", role: "status" }, CAMERA.opening);
  const video = make("video", { muted: true, playsInline: true, className: "camera" });
  const take = make("button", { type: "button", className: "primary", disabled: true }, CAMERA.take);
  const dialog = openDialog(CAMERA.title, video, words, take);
  const stream = await openCamera({ width: { ideal: 1280 } }).catch(({ message }) => {
    words.textContent = message;
  });
  if (!stream) return;
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  if (!dialog.open) return close(); // closed while the browser asked for the camera
  onceClosed(close);
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
