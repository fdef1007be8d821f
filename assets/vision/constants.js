// The numbers that this folder shares with faces/. tests/assets/vision/test_constants.py compares them by name.

/** @import { Box, Eyes } from "./types.js" */

export const SIZE = 64; // pixels a side of the models' images

/** @type {[number, number]} */
export const CELEBA_FRAME = [178, 218]; // width and height of CelebA's aligned pictures

/** @type {Box} */
export const CELEBA_BOX = [30, 50, 148, 168]; // of the report's crop in that frame

/** @type {Eyes} */
export const CELEBA_EYES = [
  [69.4, 112.3],
  [108.4, 112.4],
]; // medians of this finder in CelebA's frames

export const LARGEST = 64_000_000; // pixels of the largest picture that is opened

// BlazeFace: faces/finder/detection.py
export const OVERLAP = 0.3; // intersection over union from which two boxes show the same face
export const STRIDE = 4; // pixels between anchors
export const COARSE = 128; // pixels of a side of the small squares
export const FINE = 288; // of the large ones

// the face mesh: faces/finder/mesh.py
export const MESH_SIZE = 192; // pixels of a side of the view
export const MARGIN = 1.5; // side of the view in sides of a face
export const DARK = 100; // mean level to which a darker face is brightened
export const BRIGHTEST = 6; // times, at most
export const OFF = 0.05; // distance of an eye from the detected one, in sides, beyond which the mesh is fitted again
// the outlines of both eyes among the 468 points, the person's right eye first
export const OUTLINES = [
  [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
  [362, 382, 381, 380, 374, 373, 390, 249, 263, 466, 388, 387, 386, 385, 384, 398],
];

// the search: faces/finder/search.py
export const THRESHOLDS = { detection: 0.3, mesh: 0.8 }; // least probabilities of a face
export const LARGE = 384; // pixels of the longer side beyond which a picture is seen at both sizes at once
export const FINER = [512, 960]; // pixels of the longer side; seen while nothing is found, or where a face is small
export const LEAST = 16; // pixels of the side of a face: letters may look like smaller ones
export const SMALL = 20; // pixels of the side of a face that is seen better at the next size
export const ENLARGED = 1.5; // times: a picture is not enlarged further
export const STEP = 224; // pixels between windows of FINE pixels
export const MOST_MESHES = 96; // fitted in one picture: bounds its time
export const MOST_FACES = 24; // in the answer of `findFaces`
