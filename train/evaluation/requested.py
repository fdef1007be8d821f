"""What an evaluation measures only where it is asked to."""

from pathlib import Path
from typing import Any, NamedTuple

import torch

from metrics.importance_bound import importance_weighted_bound
from train.commands.evaluate import EvaluateConfig
from train.data.cache import Faces
from train.data.load import load, name_of
from train.data.pictures import DataError, Pictures, Split
from train.data.source import is_celeba
from train.evaluation import attribute_scores, attributes, inference
from train.evaluation.attributes import Attributes
from train.evaluation.latent_names import Labelled
from vae_models import Autoencoder, Objective
from vae_models.distributions import Dirac
from vae_models.objectives.elbo import log_weights

SEED = 0


class Requested(NamedTuple):
    """What was asked for."""

    scores: dict[str, Any]  # further ones of the record's
    entries: dict[str, Any]  # whole entries of the record, by their names


def requested(config: EvaluateConfig, model: Autoencoder, pictures: Pictures, objective: Objective) -> Requested:
    """Raises DataError for labels or pictures that are not there, and as `generation.inception` does."""
    entries, scores = _entries(config, model, pictures), {}
    if config.importance_samples:
        scores = {
            "negative_importance_weighted_bound": importance_weighted(
                model, pictures, objective, config.importance_samples
            ),
            "importance_samples": config.importance_samples,
        }
    return Requested(scores, entries)


def _entries(config: EvaluateConfig, model: Autoencoder, pictures: Pictures) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if config.attributes:
        found["attributes"] = _attributes(config, config.attributes, model, pictures)
    if config.fid:
        from train.evaluation import fid  # its packages are needed here alone

        found["generation"] = {
            "data": {"name": name_of(config.data), **pictures.described},
            **fid.scored(model, pictures, fid.inception()),
        }
    return found


def _attributes(config: EvaluateConfig, file: Path, model: Autoencoder, pictures: Pictures) -> dict[str, Any]:
    place = config.training or config.data
    split: Split | None = "train" if config.training is None or is_celeba(Path(place)) else None
    training = load(place, split, config.reading())
    _require_apart(Path(place), training, Path(config.data), pictures)
    labels = [_labels(part, file) for part in (training, pictures)]  # before the work, in case they are not there
    codes = [inference.encode(model, part).drawn() for part in (training, pictures)]
    choosing, held_out = (Labelled(found, told) for found, told in zip(codes, labels, strict=True))
    about = {
        "choosing": {"name": name_of(place), **training.described},
        "held_out": {"name": name_of(config.data), **pictures.described},
    }
    return {"data": about, **attribute_scores.scored(choosing, held_out)}


def _require_apart(place: Path, training: Pictures, data: Path, pictures: Pictures) -> None:
    if place.resolve() != data.resolve() or not isinstance(training, Faces) or not isinstance(pictures, Faces):
        return
    both = set(training.names) & set(pictures.names)
    if both:
        raise DataError(f"{len(both)} pictures would choose probes and be scored by them: name others by --training")


def _labels(pictures: Pictures, file: Path) -> Attributes:
    if not isinstance(pictures, Faces):
        raise DataError("sprites have factors, not attributes: python -m train disentangle scores them")
    return attributes.read(file, pictures)


@torch.inference_mode()
def importance_weighted(
    model: Autoencoder, pictures: Pictures, objective: Objective, samples: int, seed: int = SEED
) -> float | None:
    """The mean negative importance-weighted bound on log p(x), in nats, constant left out; None for point codes."""
    generator, found = torch.Generator().manual_seed(seed), []
    for _, x in inference.batches(pictures, model):
        posterior = model.encode(x)
        if isinstance(posterior, Dirac):
            return None
        # picture by picture, on the CPU: a picture's share depends on neither the batches nor the device
        noise = torch.stack([torch.randn(samples, model.config.latent_dim, generator=generator) for _ in x], dim=1)
        weights = log_weights(model, x, posterior, objective=objective, noise=noise.to(x.device))
        found.append(importance_weighted_bound(weights).cpu())
    return -torch.cat(found).mean().item()
