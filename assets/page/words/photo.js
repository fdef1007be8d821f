// The sentences of photographs and the camera.

export const PHOTO = {
  title: "Choose the face",
  picture: "Your photo",
  /** @param {number} i */
  face: (i) => `Face ${i}`,
  /** @param {number} n */
  several: (n) =>
    `${n === 1 ? "One face was found. Click it" : `${n} faces found. Click the one to use`}; or click beside it for a square of your own.`,
  none: "No face was found in this picture. Drag the square over one yourself, or choose a photo taken from the front in good light.",
  square: "Drag the square; pinch it, or pull at its corner, to change its size. Arrow keys, + and − work too.",
  use: "Use the square",
};

export const CONSENT = {
  title: "Send your photo to the page’s server?",
  offer: "The page’s server can help: your photo would be sent there, and deleted within minutes. Nothing is logged.",
  send: "Send it",
  refuse: "Do not send it",
};

export const CAMERA = {
  title: "Camera",
  take: "Take the picture",
  opening: "Opening the camera …",
  refused:
    "The browser may not use the camera. Allow it at the lock or camera sign beside the address, then try again.",
  busy: "Another program uses the camera. Close it, then try again, or choose a photo.",
  insecure:
    "Browsers allow the camera only on pages with an https address or on this machine (localhost). Open the page at such an address, or choose a photo.",
  none: "No free camera was found. Close other programs that use it, or choose a photo.",
};
