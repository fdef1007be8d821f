"""Measures of the images that a model makes: samples, reconstructions, and paths from one face to another."""

import torch
from torch import Tensor

from metrics.continuity import distance_agreement, nearest_distance, step_ratio
from metrics.diversity import laplacian_energy, total_variance
from metrics.estimate import Estimate, Measure, mean, measure, ratio
from train.claims.reference import Measures, Reference, compare_to_real
from train.evaluation.inference import BATCH
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.catalogue import Prior
from vae_models.latent_paths import lerp

PRIORS: tuple[Prior, ...] = ("standard", "fitted")


@torch.inference_mode()
def measure_images(
    model: Autoencoder, real: Reference, *, count: int, pairs: int, steps: int, seed: int = 0
) -> Measures:
    """Measure `count` samples of each prior, paths of `steps` steps between `pairs` of faces, and reconstructions."""
    measures: Measures = {}
    for prior in PRIORS:
        comparison = compare_to_real(_draw_samples(model, prior, count, seed), real, seed)
        measures |= {f"{prior}_{name}": value for name, value in comparison.items()}
    return {**measures, **_measure_paths(model, real, pairs, steps, seed), **_measure_reconstructions(model, real)}


def _draw_samples(model: Autoencoder, prior: Prior, count: int, seed: int) -> Tensor:
    noise = draw_noise(count, model.config.latent_dim, torch.Generator().manual_seed(seed))
    return _decode(model, model.latents(noise.to(model.prior_mean), prior=prior))


def _decode(model: Autoencoder, codes: Tensor) -> Tensor:
    return torch.cat([model.decode(z).cpu() for z in codes.split(BATCH)]).contiguous()


def _encode_means(model: Autoencoder, images: Tensor) -> Tensor:
    return torch.cat([model.encode(x.to(model.prior_mean.device)).mean for x in images.split(BATCH)])


def _measure_reconstructions(model: Autoencoder, real: Reference) -> Measures:
    """Compare the reconstructions of all validation images, from mean codes, with the images themselves."""
    pictures = _decode(model, _encode_means(model, real.validation))
    return {
        "reconstruction_variance": ratio(total_variance(pictures, real.people), real.variance, paired=True),
        "reconstruction_energy": ratio(mean(laplacian_energy(pictures), real.people), real.energy, paired=True),
    }


def _measure_paths(model: Autoencoder, real: Reference, pairs: int, steps: int, seed: int) -> Measures:
    """Measure straight lines between the mean codes of pairs of validation images; each image is in one pair at most.

    `pairs` limits their number.
    """
    order = torch.randperm(len(real.validation), generator=torch.Generator().manual_seed(seed))
    rows = order[: 2 * min(pairs, len(order) // 2)].view(-1, 2)  # (P, 2)
    a, b = (_encode_means(model, real.validation[part]) for part in rows.T)
    positions = torch.linspace(0, 1, steps + 1).tolist()
    paths = torch.stack([_decode(model, lerp(a, b, t)) for t in positions], dim=1)  # (P, steps + 1, C, H, W)
    first, middle, last = paths[:, 0], paths[:, steps // 2], paths[:, -1]
    nearest = [mean(nearest_distance(x, real.validation, rows)) for x in (first, middle, last)]
    energies = [mean(laplacian_energy(x)) for x in (first, middle, last)]
    ends = (real.validation[rows[:, 0]], real.validation[rows[:, 1]])
    return {
        "middle_nearest": _relative_middle(nearest),
        "middle_energy": _relative_middle(energies),
        "largest_step": measure(mean(step_ratio(paths))),
        "agreement": distance_agreement((a.cpu(), b.cpu()), ends),
    }


def _relative_middle(estimates: list[Estimate]) -> Measure:
    """Divide the middle one of three paired estimates by the mean of the outer two."""
    first, middle, last = estimates
    ends = Estimate((first.value + last.value) / 2, (first.influence + last.influence) / 2)
    return ratio(middle, ends, paired=True)
