"""What a model makes: samples, reconstructions, and pictures on the way from one face to another."""

import torch
from torch import Tensor

from metrics.continuity import distance_agreement, nearest_distance, step_ratio
from metrics.diversity import laplacian_energy, total_variance
from metrics.estimate import Estimate, Measure, mean, measure, ratio
from train.claims.reference import Measures, Reality, compared
from train.commands.claims import ClaimsConfig
from train.evaluation.inference import BATCH
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.catalogue import Prior
from vae_models.latent_paths import lerp

PRIORS: tuple[Prior, ...] = ("standard", "fitted")


@torch.inference_mode()
def made(model: Autoencoder, real: Reality, config: ClaimsConfig) -> Measures:
    """All that is measured of a model's pictures."""
    found: Measures = {}
    for prior in PRIORS:
        scores = compared(_samples(model, prior, config), real, config.seed)
        found |= {f"{prior}_{name}": value for name, value in scores.items()}
    return {**found, **_lines(model, real, config), **_reconstructions(model, real)}


def _samples(model: Autoencoder, prior: Prior, config: ClaimsConfig) -> Tensor:
    noise = draw_noise(config.count, model.config.latent_dim, torch.Generator().manual_seed(config.seed))
    return _decoded(model, model.latents(noise.to(model.prior_mean), prior=prior))


def _decoded(model: Autoencoder, codes: Tensor) -> Tensor:
    return torch.cat([model.decode(z).cpu() for z in codes.split(BATCH)]).contiguous()


def _mean_codes(model: Autoencoder, faces: Tensor) -> Tensor:
    return torch.cat([model.encode(x.to(model.prior_mean.device)).mean for x in faces.split(BATCH)])


def _reconstructions(model: Autoencoder, real: Reality) -> Measures:
    """Of the mean codes of all validation pictures, against these themselves."""
    pictures = _decoded(model, _mean_codes(model, real.faces))
    return {
        "reconstruction_variance": ratio(total_variance(pictures), real.variance, paired=True),
        "reconstruction_energy": ratio(mean(laplacian_energy(pictures)), real.energy, paired=True),
    }


def _lines(model: Autoencoder, real: Reality, config: ClaimsConfig) -> Measures:
    """Along straight lines between the mean codes of pairs of validation pictures, no two of which share one."""
    order = torch.randperm(len(real.faces), generator=torch.Generator().manual_seed(config.seed))
    pairs = order[: 2 * min(config.pairs, len(order) // 2)].view(-1, 2)  # (P, 2)
    a, b = (_mean_codes(model, real.faces[rows]) for rows in pairs.T)
    places = torch.linspace(0, 1, config.steps + 1).tolist()
    paths = torch.stack([_decoded(model, lerp(a, b, t)) for t in places], dim=1)  # (P, steps + 1, C, H, W)
    first, middle, last = paths[:, 0], paths[:, config.steps // 2], paths[:, -1]
    near = [mean(nearest_distance(x, real.faces, pairs)) for x in (first, middle, last)]
    sharp = [mean(laplacian_energy(x)) for x in (first, middle, last)]
    faces = (real.faces[pairs[:, 0]], real.faces[pairs[:, 1]])
    return {
        "middle_nearest": _middle(near),
        "middle_energy": _middle(sharp),
        "largest_step": measure(mean(step_ratio(paths))),
        "agreement": distance_agreement((a.cpu(), b.cpu()), faces),
    }


def _middle(along: list[Estimate]) -> Measure:
    """The middle one of three over the mean of the outer two, row by row of the same pairs."""
    first, middle, last = along
    ends = Estimate((first.value + last.value) / 2, (first.influence + last.influence) / 2)
    return ratio(middle, ends, paired=True)
