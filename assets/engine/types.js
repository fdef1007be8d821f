/**
 * The words of the engine: what a caller passes and what it gets, whichever way answers.
 *
 * Pictures are RGBA, opaque, a byte a colour. A crop is a face as the models see it: 64 x 64 pixels.
 *
 * @typedef {[number, number]} Point x, y in pixels of the upright picture; the centre of the first pixel is 0.5, 0.5
 * @typedef {{leftEye: Point, rightEye: Point, box: [number, number, number, number]}} Face box: left, top, right, bottom
 * @typedef {Uint8ClampedArray} Crop RGBA of 64 x 64 pixels: 16,384 bytes
 *
 * @typedef {"browser" | "server"} Way
 * @typedef {{way: Way, reason: string}} Answering reason: why it is the server, a sentence for the visitor, else ""
 *
 * @typedef {object} Model a model, as the page's records describe it
 * @property {string} name of its folder, and in the app's endpoints
 * @property {number} latents D, numbers of a code
 * @property {number} channels 3, or 1: a model of one channel decodes but sees no face
 * @property {string | null} encoder address of encoder.onnx, relative to the page; null: the server encodes
 * @property {string | null} decoder address of decoder.onnx, relative to the page; null: the server decodes
 * @property {{encoder?: number, decoder?: number}} [bytes] sizes of both files, for progress before they are fetched
 * @property {number} [highest] the largest beta of one network for every beta, which goes from 1 on and is given one
 *   with every request; none: a model of one beta
 * @property {Typical | null} [typicality] of the VAE that pictures are compared with photographs by (one with the squared
 *   error as its distortion); null or none for all others
 *
 * @typedef {object} Typical quantiles of two scores of validation photographs (training.json, `typicality`)
 * @property {number} samples codes drawn for the negative ELBO
 * @property {number} weight of the objective's distortion
 * @property {{negative_elbo: number[], unexplained_variance: number[]}} quantiles
 *
 * @typedef {object} Options
 * @property {Model[]} models
 * @property {string | null} server address of the app whose endpoints are the server's way; null: there is no server
 * @property {(reason: string) => Promise<boolean>} [mayAskServer] asked before anything is sent to the server, with the
 *   reason; false: the request rejects with AbortError. Default: the server may always be asked
 * @property {string} [base] address that those of the models and the server are relative to; default: the page's own
 * @property {string} [finder] address of the folder of the finder's networks; default: finder/ beside engine/
 * @property {string} [runtime] address of ONNX Runtime Web; default: onnxruntime/ beside engine/
 *
 * @typedef {object} Request options of a single request
 * @property {string} [key] a newer request of the same key replaces one that still waits: the older rejects with
 *   AbortError, as it does where its signal is aborted
 * @property {AbortSignal} [signal]
 * @property {boolean} [local] true: the server is never asked; the request rejects where the browser cannot answer
 *
 * @typedef {object} Found faces of a photograph
 * @property {number} width of the upright picture
 * @property {number} height
 * @property {Face[]} faces largest first, at most 24; never empty
 * @property {number} more faces beyond those
 *
 * @typedef {object} Sight a frame of a camera
 * @property {Crop} crop of its face; of its middle where there is none
 * @property {Face | null} face with eyes that do not tremble; left and right are exchanged, as in a mirror
 * @property {boolean} isSeen in this very frame; a face that has just been lost counts as being where it was
 *
 * @typedef {object} Square a square of the picture that somebody chose by hand
 * @property {number} x of its middle
 * @property {number} y of its middle
 * @property {number} side
 *
 * @typedef {{mean: Float32Array, logvar: Float32Array | null}} Code of D numbers each; logvar is null for point codes
 *
 * @typedef {object} Scores of one face and one model; null where a point code has none
 * @property {number} squaredError summed over pixels and colours
 * @property {number} mse
 * @property {number} psnr dB
 * @property {number} ssim
 * @property {number | null} kl nats
 * @property {number | null} activeDimensions dimensions of more than 0.1 nat
 *
 * @typedef {object} Reconstruction a model's answer to a crop
 * @property {string} model
 * @property {Crop} pixels decoded from the mean code
 * @property {Crop} errors the error map: root mean squared error of each pixel, in the colours of the app
 * @property {Code} code
 * @property {Float32Array | null} kl nats of each dimension
 * @property {Scores} scores against the crop without noise
 *
 * @typedef {{value: number, shareBelow: number}} Standing shareBelow: share of the photographs with a lower score
 * @typedef {{negativeElbo: Standing, unexplained: Standing}} Typicality
 *
 * @typedef {{file: string, loaded: number, total: number}} Progress bytes of one file; total is 0 where unknown
 *
 * @typedef {object} Engine
 * @property {(photo: Blob, request?: Request) => Promise<Found>} find Rejects with NoFaceFound (by name), or
 *   PictureError, each a sentence. Only the last photograph is kept.
 * @property {(found: Found, which?: number, request?: Request) => Promise<Crop>} align The face of that index, from 0
 * @property {(photo: Blob, square?: Square | null, request?: Request) => Promise<Crop>} cut A square of a photograph, by
 *   default the largest one in the middle
 * @property {(frame: ImageBitmap, time: number, request?: Request) => Promise<Sight>} follow The next frame of a camera,
 *   in seconds; frames one at a time. The server is never asked
 * @property {(model: string, crop: Crop, request?: Request & {beta?: number}) => Promise<Code>} encode
 * @property {(model: string, crop: Crop, betas: number[], request?: Request & {noise?: number}) => Promise<Code[]>}
 *   encodeAlong The codes at each beta, of one network for every beta
 * @property {(model: string, codes: Float32Array, request?: Request & {beta?: number | number[]}) =>
 *   Promise<Uint8ClampedArray>} decode n codes of n * D numbers -> RGBA of n faces, one after the other (n * 16,384
 *   bytes); beta: of all codes, or a list of each code's
 * @property {(model: string, crop: Crop, request?: Request & {noise?: number, beta?: number}) => Promise<Reconstruction>}
 *   reconstruct noise: standard deviation of Gaussian noise added before encoding, the same each time
 * @property {(crop: Crop, request?: Request & {noise?: number}) => Promise<Typicality | null>} typicality null where no
 *   model has quantiles. It is about the photograph, not the person.
 * @property {(model?: string | null) => Promise<void>} load Open a model, or the face finder without one, before it is
 *   asked for; never rejects
 * @property {(model?: string | null) => Answering} way Who answers for a model; without one, for photographs
 * @property {EventTarget} events "way": a CustomEvent of {model: string | null, way, reason} when another way answers;
 *   "progress": a CustomEvent of Progress
 * @property {() => void} close
 */

export {};
