"""File names of a model folder, on disk and on the Hub. Only names: importing this module loads no torch.

`config.json`        shape of the network; `ModelConfig.read` rebuilds it
`model.safetensors`  weights, BatchNorm statistics and the fitted prior. Kernels are float16 where that loses nothing,
                     else float32; the file's metadata say which (`kernels`)
`training.json`      how the model was trained and its scores; see `vae_models.files.training_record`
`latents.json`       names and directions of latent dimensions; see `vae_models.files.latent_names`
`densities.json`     densities of the codes, see below
`decoder.onnx`       input `z` (B, D); output `reconstruction` (B, C, 64, 64) in [0, 1]
`encoder.onnx`       input `x` (B, C, 64, 64) in [0, 1]; outputs `mean` (B, D) and, for Gaussian codes, `logvar` (B, D)
`README.md`          model card
`samples.png`        images decoded from the prior
`film.webp`          animation of the samples drawn during training

All tensors of the ONNX files are float32, B is free, and neither file refers to others.

densities.json describes the mean codes (N, D) of the validation images, without giving away any single code:

codes       N
bins        B, number of bins along each axis
fewest      cells with fewer codes are stored as empty
mean        (D,) mean of the codes
dimensions  (K,) dimensions of the pairs, ascending: all of them, or if D > 32 the 32 with the highest KL (for point
            codes: with the largest change of the image per standard deviation)
ranges      (K, 2) lowest and highest value of each of these dimensions: mean -+ 3 standard deviations
pairs       base64 of uint8 (K (K - 1) / 2, B, B), in the order (0, 1), (0, 2), ..., (1, 2), ... of `dimensions`. A cell
            is [bin of the first, bin of the second]; its level is round(255 sqrt(count / largest count of the pair))
plane       the two principal components of the codes; null if D is 1
  directions  (2, D) orthonormal; the entry of largest magnitude of each is positive; a code is mean + a u + b v
  share       (2,) shares of the codes' variance
  ranges      (2, 2) of a and of b
  density     base64 of uint8 (B, B), encoded as a pair
"""

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
RECORD = "training.json"
LATENTS = "latents.json"
DENSITIES = "densities.json"
DECODER = "decoder.onnx"
ENCODER = "encoder.onnx"
CARD = "README.md"
SAMPLES = "samples.png"
FILM = "film.webp"
