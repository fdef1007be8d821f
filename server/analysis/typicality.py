"""A picture compared with the photographs that a VAE was validated on, by two scores (the report's anomaly detection).

Both scores describe a photograph. They say nothing about a person, nor whether there is a face: only the face finder
says that.
"""

from html import escape
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import unexplained_variance
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled
from vae_models.objectives.elbo import negative_elbo

SEED = 0  # of the codes that the expectation is over: the same picture gets the same answer
WIDTH, HEIGHT, BARS = 640, 90, 40  # of a drawing
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
def typicality(pulled: Pulled, x: Tensor) -> Typicality:
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


def reference(record: TrainingRecord) -> str:
    """Name the photographs that a picture is compared with."""
    return "CelebA's photographs" if record.is_validated_on_celeba else "the photographs it was validated on"


def share(standing: Standing) -> str:
    """Write the share of the photographs with a lower score, rounded to hundredths, without their name."""
    if standing.share_below in (0, 1):
        return "all" if standing.share_below else "none"
    if standing.share_below > 0.99:
        return "nearly all"
    return "hardly any" if standing.share_below < 0.01 else f"{100 * standing.share_below:.0f} of 100"


def compare(record: TrainingRecord, scores: Typicality) -> str:
    """Compare the picture with the photographs in a sentence."""
    return (
        f"The VAE explains this picture worse than {share(scores.negative_elbo)} of {reference(record)}, and leaves a "
        f"larger share of it unexplained than of {share(scores.unexplained)} of them."
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


def drawing(pulled: Pulled, scores: Typicality) -> str:
    """Draw the histograms of the photographs, each with a mark at this picture's score, and the sentences, as HTML."""
    record, quantiles = pulled.record, pulled.record.typicality["quantiles"]
    photographs = reference(record)
    bound = _histogram(
        scores.negative_elbo,
        quantiles["negative_elbo"],
        f"Negative ELBO: <b>{scores.negative_elbo.value:.0f} nats</b>",
        ("simple", "hard to explain"),
        photographs,
    )
    unexplained = _histogram(
        scores.unexplained,
        quantiles["unexplained_variance"],
        f"Variance left unexplained: <b>{min(scores.unexplained.value, 9.99):.0%}</b>",
        ("all explained", "nothing explained"),
        photographs,
    )
    title = f"Compared with {photographs}"
    return (
        f'<section class="card typicality model-vae" aria-label="{escape(title)}"><h3>{title}</h3>'
        f'<p class="subtitle">{compare(record, scores)} The bars are the photographs, the line is this picture, both '
        f'as the VAE scores them.</p><div class="pair">{bound}{unexplained}</div>'
        f'<p class="note">{explain(record)}</p></section>'
    )


def _histogram(standing: Standing, quantiles: list[float], title: str, ends: tuple[str, str], photographs: str) -> str:
    low, high = quantiles[1], quantiles[-2]  # the outermost hundredths would squeeze all others
    margin = 0.12 * (high - low)
    left, right = low - margin, high + margin

    def across(value: float) -> float:
        return float(np.clip((value - left) / (right - left), 0.01, 0.99)) * WIDTH

    edges = np.linspace(low, high, BARS + 1)
    counts = np.diff(np.interp(edges, quantiles, np.linspace(0, 1, len(quantiles))))
    bars = "".join(
        f'<rect x="{across(a) + 0.5:.1f}" width="{across(b) - across(a) - 1:.1f}" '
        f'y="{HEIGHT - HEIGHT * count / counts.max():.1f}" height="{HEIGHT * count / counts.max():.1f}"/>'
        for (a, b), count in zip(pairwise(edges), counts, strict=True)
    )
    x = across(standing.value)
    more = f"more than {share(standing)} of {photographs}"
    return (
        f"<figure><figcaption>{title}, {more}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(f"Histogram; this picture has {more}")}">'
        f'{bars}<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/></svg>'
        f'<p class="axis"><span>{ends[0]}</span><span>{ends[1]}</span></p></figure>'
    )
