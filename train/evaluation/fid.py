"""What training.json keeps under `generation`: how near a model's samples come to real pictures as a set."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any, NamedTuple

import torch
from torch import Tensor
from tqdm import tqdm

from faces.image import to_pixels
from metrics.frechet_kid import frechet_distance, kernel_distance
from train.data.pictures import Pictures
from train.evaluation import inference
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.catalogue import Prior

PACKAGE = "torch_fidelity"  # of requirements-dev.txt
PRIORS: tuple[Prior, ...] = ("standard", "fitted")
NOTE = "FID falls as more pictures are compared: only figures of equal numbers, crop, resize and extractor compare"


class Extractor(NamedTuple):
    """A function of pictures, and what it is."""

    name: str
    resize: str  # what it does to pictures of 64 x 64 first
    features: Callable[[Tensor], Tensor]  # (B, C, 64, 64) in [0, 1] -> (B, F)


def inception() -> Extractor:
    """The network whose features published figures are of, on the CPU or the accelerator.

    Raises ValueError where its package is missing, OSError where its weights are not on this machine and cannot be
    downloaded.
    """
    if find_spec(PACKAGE) is None:
        raise ValueError("--fid needs a package that is not installed: pip install torch-fidelity")
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    try:
        network = FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
    except OSError as error:
        raise OSError(
            f"The Inception network's weights could not be downloaded ({error}): --fid takes a network the first time"
        ) from None
    device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    network = network.to(device)

    def features(pictures: Tensor) -> Tensor:
        pixels = torch.from_numpy(to_pixels(pictures)).permute(0, 3, 1, 2)
        (found,) = network(pixels.to(device))
        return found

    resize = f"{network.INPUT_IMAGE_SIZE} x {network.INPUT_IMAGE_SIZE}, bilinear as TensorFlow 1's"
    return Extractor("Inception v3 of TensorFlow, 2015-12-05, 2048 features (torch-fidelity)", resize, features)


@torch.inference_mode()
def scored(model: Autoencoder, pictures: Pictures, extractor: Extractor, seed: int = 0) -> dict[str, Any]:
    """FID and KID of as many samples as there are pictures, of either prior, plain JSON."""
    real = _features(extractor, (x for _, x in inference.batches(pictures, model)), len(pictures), "pictures")
    found: dict[str, Any] = {}
    for prior in PRIORS:
        noise = draw_noise(len(pictures), model.config.latent_dim, torch.Generator().manual_seed(seed))
        codes = model.latents(noise.to(model.prior_mean), prior=prior).split(inference.BATCH)
        samples = _features(extractor, (model.decode(z) for z in codes), len(pictures), f"samples, {prior} prior")
        kernel = kernel_distance(real, samples, generator=torch.Generator().manual_seed(seed))
        found[prior] = {"fid": frechet_distance(real, samples), "kid": kernel._asdict()}
    return {
        "note": NOTE,
        "extractor": extractor.name,
        "resize": extractor.resize,
        "pictures": len(pictures),
        "samples": len(pictures),
        "seed": seed,
        **found,
    }


def _features(extractor: Extractor, batches: Iterable[Tensor], total: int, what: str) -> Tensor:
    found = []
    with tqdm(total=total, desc=f"features of {what}", unit=" pictures") as progress:
        for x in batches:
            found.append(extractor.features(x).cpu().double())
            progress.update(len(x))
    return torch.cat(found)
