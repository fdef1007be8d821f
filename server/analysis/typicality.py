"""A picture compared with the photographs that a VAE was validated on, by two scores (the report's anomaly detection).

Both scores describe a photograph. They say nothing about a person, nor whether there is a face: only the face finder
says that.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import unexplained_variance
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled
from vae_models.objectives.elbo import negative_elbo

SEED = 0  # of the codes that the expectation is over: the same picture gets the same answer
CONDITIONS = "Pose, light, background, glasses, blur and noise change both scores"
SMOOTH = "A smooth picture has a low negative ELBO, whatever it shows."


class Standing(NamedTuple):
    """A score of the picture, and the share of the photographs whose score is lower."""

    value: float
    share_below: float


class Typicality(NamedTuple):
    """Both scores. The negative ELBO alone would miss a blurred cat: a smooth picture costs few nats."""

    negative_elbo: Standing  # nats, constant left out
    unexplained: Standing  # fraction of the picture's variance


@torch.inference_mode()
def score_typicality(pulled: Pulled, x: Tensor) -> Typicality:
    """Score x (1, 3, 64, 64), in [0, 1], by a VAE whose record has quantiles of validation photographs."""
    facts = pulled.record.typicality
    posterior = pulled.model.encode(x)
    shape = (facts["samples"], len(x), pulled.model.config.latent_dim)
    bound = negative_elbo(
        pulled.model,
        x,
        posterior,
        objective=pulled.record.objective,
        noise=torch.randn(shape, generator=torch.Generator().manual_seed(SEED)),
    ).total.item()
    unexplained = unexplained_variance(x, pulled.model.decode(posterior.mean)).item()
    quantiles = facts["quantiles"]
    return Typicality(
        _standing(bound, quantiles["negative_elbo"]), _standing(unexplained, quantiles["unexplained_variance"])
    )


def _standing(value: float, quantiles: list[float]) -> Standing:
    return Standing(value, float(np.interp(value, quantiles, np.linspace(0, 1, len(quantiles)))))


def name_photographs(record: TrainingRecord) -> str:
    """Name the photographs that a picture is compared with."""
    return "CelebA's photographs" if record.is_validated_on_celeba else "the photographs it was validated on"


def describe_share(standing: Standing) -> str:
    """Write the share of the photographs with a lower score, rounded to hundredths, without their name."""
    if standing.share_below in (0, 1):
        return "all" if standing.share_below else "none"
    if standing.share_below > 0.99:
        return "nearly all"
    return "hardly any" if standing.share_below < 0.01 else f"{100 * standing.share_below:.0f} of 100"


def compare(record: TrainingRecord, scores: Typicality) -> str:
    """Compare the picture with the photographs in a sentence."""
    return (
        f"The VAE explains this picture worse than {describe_share(scores.negative_elbo)} of "
        f"{name_photographs(record)}, and leaves a larger share of it unexplained than of "
        f"{describe_share(scores.unexplained)} of them."
    )


def explain(record: TrainingRecord) -> str:
    """Explain what both scores depend on, and what they do not say."""
    people = (
        "so does whom CelebA shows: celebrities, mostly light-skinned adults"
        if record.is_validated_on_celeba
        else "so does whom these photographs show"
    )
    return (
        f"{CONDITIONS}, and {people}. A high score says that this picture is unlike those photographs, nothing about a "
        f"person. {SMOOTH}"
    )
