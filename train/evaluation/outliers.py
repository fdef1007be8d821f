"""Scores of single images and their percentiles among a model's validation images.

A high percentile marks an image that is unlike those, by its light, its pose or anything else: it is no verdict about
what the image shows.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import mse, unexplained_variance
from train.data.pictures import Pictures
from train.errors import UserError
from train.evaluation.inference import iterate_batches, require_channels, require_finite_outputs
from vae_models import Autoencoder
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.elbo import negative_elbo

SEED = 0  # of the sampled codes: the same for every image, and the same as the page's
UNEXPLAINED = "unexplained_variance"


class OutlierScores(NamedTuple):
    """Scores of N images. Percentiles, from 0 to 100, are among the validation images of the model's record.

    They are NaN for a dial at another beta than 1: its record has the quantiles of beta 1 alone.
    """

    negative_elbo: Tensor  # (N,) nats, without the constant; for point codes the weighted distortion
    percentile: Tensor  # (N,)
    mse: Tensor  # (N,)
    unexplained_variance: Tensor  # (N,) fraction of the image's variance
    unexplained_percentile: Tensor  # (N,)


def quantile_name(record: TrainingRecord) -> str:
    """Return the name of the record's first quantiles: `negative_elbo`, or the distortion for point codes.

    Raises UserError if the record has none.
    """
    names = [name for name in record.typicality.get("quantiles", {}) if name != UNEXPLAINED]
    if not names:
        raise UserError("The model's training.json has no quantiles of validation pictures: run evaluate on it first")
    return names[0]


@torch.inference_mode()
def score_outliers(
    model: Autoencoder, pictures: Pictures, record: TrainingRecord, beta: float | None = None
) -> OutlierScores:
    """Score every image independently of the others; `beta` is that of a dial's model.

    Raises UserError for images of other channels than the model's, and for scores that are NaN or infinite.
    """
    require_channels(model, pictures)
    quantiles = record.typicality["quantiles"] if beta in (None, 1) else {}
    name, objective = quantile_name(record), record.objective_at(beta)
    shape = (record.typicality["samples"], 1, model.config.latent_dim)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(SEED)).to(model.prior_mean)
    rows = []
    for _, x in iterate_batches(pictures, model):
        posterior = model.encode(x)
        bound = negative_elbo(model, x, posterior, objective=objective, noise=noise)
        reconstruction = model.decode(posterior.mean)
        rows.append([bound.total, mse(x, reconstruction), unexplained_variance(x, reconstruction)])
    total, error, unexplained = (torch.cat(column).cpu().double() for column in zip(*rows, strict=True))
    require_finite_outputs(total, error, unexplained)
    return OutlierScores(
        total,
        _percentile(total, quantiles.get(name)),
        error,
        unexplained,
        _percentile(unexplained, quantiles.get(UNEXPLAINED)),
    )


def _percentile(values: Tensor, quantiles: list[float] | None) -> Tensor:
    if quantiles is None:
        return torch.full_like(values, torch.nan)
    return torch.from_numpy(np.interp(values.numpy(), quantiles, np.linspace(0, 100, len(quantiles))))
