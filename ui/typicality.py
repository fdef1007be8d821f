"""How typical a face is: its negative ELBO among those of the validation faces (the report's anomaly detection)."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vae_models.elbo import negative_elbo
from vae_models.hub import Pulled

SEED = 0  # of the codes that the expectation is over: the same face gets the same answer
RARE = 0.01  # share of the validation faces on either side beyond which a picture is called atypical
LIKE_MANY = 0.05  # within which it is nothing special
WIDTH, HEIGHT, BARS = 640, 110, 48  # of the drawing


class Typicality(NamedTuple):
    """Where a picture stands."""

    negative_elbo: float  # nats, constant left out
    share_below: float  # of the validation faces
    atypical: bool  # beyond all but 1 % on either side: smooth pictures score unusually well


@torch.inference_mode()
def typicality(pulled: Pulled, x: Tensor) -> Typicality:
    """x: (1, 3, 64, 64) in [0, 1], scored by a model whose record holds quantiles of validation faces."""
    facts = pulled.record.typicality
    shape = (facts["samples"], len(x), pulled.model.config.latent_dim)
    value = negative_elbo(
        pulled.model,
        x,
        pulled.model.encode(x),
        distortion_weight=pulled.record.objective.distortion_weight,
        noise=torch.randn(shape, generator=torch.Generator().manual_seed(SEED)),
    ).total.item()
    quantiles = facts["quantiles"]
    share = float(np.interp(value, quantiles, np.linspace(0, 1, len(quantiles))))
    return Typicality(value, share, not RARE <= share <= 1 - RARE)


def drawing(pulled: Pulled, found: Typicality) -> str:
    """The histogram of the validation faces with a mark where this one stands, and a sentence, as HTML."""
    quantiles = np.array(pulled.record.typicality["quantiles"])
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
    x = across(found.negative_elbo)
    mark = f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/>'
    label = "Negative ELBO of the validation faces; the line is this picture"
    return (
        f'<section class="card typicality model-vae" aria-label="Typicality"><h3>How typical is it?</h3>'
        f'<p class="subtitle">{_sentence(found)}</p>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f"{bars}{mark}</svg>"
        f'<p class="axis"><span>smooth, easily explained</span><span>unusual, hard to explain</span></p></section>'
    )


def _sentence(found: Typicality) -> str:
    value = f"Negative ELBO under the VAE: {found.negative_elbo:.0f} nats"
    if not found.atypical:
        many = LIKE_MANY <= found.share_below <= 1 - LIKE_MANY
        said = "A face like many." if many else "One of the rarer kind, but still among them."
        return f"{value}, more than {found.share_below:.0%} of the validation faces have. {said}"
    if found.share_below > 0.5:
        return f"{value}, more than nearly every validation face has. The VAE would not call this a face of its kind."
    return f"{value}, less than nearly every validation face has. Too smooth to be one of them."
