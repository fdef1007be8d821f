"""FID and KID: distances between a model's samples and real images as sets."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from tqdm import tqdm

from faces.image import to_pixels
from metrics.frechet_kid import frechet_distance, kernel_distance
from train.data.pictures import DataError, Pictures
from train.errors import UserError, require_package
from train.evaluation import inference
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.catalogue import Prior
from vae_models.machine import best_device

PRIORS: tuple[Prior, ...] = ("standard", "fitted")
NOTE = "FID falls as more pictures are compared: only figures of equal numbers, crop, resize and extractor compare"


class Extractor(NamedTuple):
    """Function that computes features of images, and its description."""

    name: str
    resize: str  # how it resizes 64 x 64 images first
    features: Callable[[Tensor], Tensor]  # (B, C, 64, 64) in [0, 1] -> (B, F)


def inception() -> Extractor:
    """Load the Inception network of published FIDs onto the accelerator, or the CPU if there is none.

    Raises UserError if its package is not installed, or if its weights are not on this machine and cannot be
    downloaded.
    """
    require_package("torch_fidelity", command="--fid", pip="torch-fidelity")
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    try:
        network = FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
    except OSError as error:
        raise UserError(
            f"The Inception network's weights could not be downloaded ({error}): --fid downloads them the first time"
        ) from error
    device = best_device()
    network = network.to(device)

    def features(pictures: Tensor) -> Tensor:
        pixels = torch.from_numpy(to_pixels(pictures)).permute(0, 3, 1, 2)
        (values,) = network(pixels.to(device))
        return values

    resize = f"{network.INPUT_IMAGE_SIZE} x {network.INPUT_IMAGE_SIZE}, bilinear as TensorFlow 1's"
    return Extractor("Inception v3 of TensorFlow, 2015-12-05, 2048 features (torch-fidelity)", resize, features)


@torch.inference_mode()
def compute_fid_kid(model: Autoencoder, pictures: Pictures, extractor: Extractor, seed: int = 0) -> dict[str, Any]:
    """Compute FID and KID of both priors, from as many samples as there are images, as plain JSON.

    Raises DataError for a single image, which has no covariance.
    """
    if len(pictures) < 2:
        raise DataError("FID and KID need at least two pictures: choose others by --data or --split")
    real = _compute_features(
        extractor, (x for _, x in inference.iterate_batches(pictures, model)), len(pictures), "pictures"
    )
    distances: dict[str, Any] = {}
    for prior in PRIORS:
        noise = draw_noise(len(pictures), model.config.latent_dim, torch.Generator().manual_seed(seed))
        codes = model.latents(noise.to(model.prior_mean), prior=prior).split(inference.BATCH)
        samples = _compute_features(
            extractor, (model.decode(z) for z in codes), len(pictures), f"samples, {prior} prior"
        )
        kid = kernel_distance(real, samples, generator=torch.Generator().manual_seed(seed))
        distances[prior] = {"fid": frechet_distance(real, samples), "kid": kid._asdict()}
    return {
        "note": NOTE,
        "extractor": extractor.name,
        "resize": extractor.resize,
        "pictures": len(pictures),
        "samples": len(pictures),
        "seed": seed,
        **distances,
    }


def _compute_features(extractor: Extractor, batches: Iterable[Tensor], total: int, label: str) -> Tensor:
    features = []
    with tqdm(total=total, desc=f"features of {label}", unit=" pictures") as progress:
        for x in batches:
            features.append(extractor.features(x).cpu().double())
            progress.update(len(x))
    return torch.cat(features)
