"""How typical a face is: two scores of it among those of the validation faces (the report's anomaly detection)."""

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import unexplained_variance
from vae_models.hub.pull import Pulled
from vae_models.objectives.elbo import negative_elbo

SEED = 0  # of the codes that the expectation is over: the same face gets the same answer
RARE = 0.01  # share of the validation faces beyond which a picture is called atypical
LIKE_MANY = 0.05  # within which it is nothing special
WIDTH, HEIGHT, BARS = 640, 90, 40  # of a drawing

Verdict = Literal["like many", "rare", "too smooth", "hard to explain", "little explained"]
SENTENCES: dict[Verdict, str] = {
    "like many": "A face like many.",
    "rare": "One of the rarer kind, but still a face to the VAE.",
    "too smooth": "Not a face to the VAE: too smooth to be one.",
    "hard to explain": "Not a face to the VAE: it cannot explain this picture.",
    "little explained": "Not a face to the VAE: the error is small, but only because there is little to get wrong.",
}


class Standing(NamedTuple):
    """Where a score falls."""

    value: float
    share_below: float  # of the validation faces


class Typicality(NamedTuple):
    """Where a picture stands. The negative ELBO alone would pass a blurred cat: what is smooth costs few nats."""

    negative_elbo: Standing  # nats, constant left out
    unexplained: Standing  # fraction of the picture's variance

    @property
    def verdict(self) -> Verdict:
        """What is said of the picture: atypical beyond 1 % of the faces, on either side of the negative ELBO."""
        surprise, unexplained = self.negative_elbo.share_below, self.unexplained.share_below
        if surprise > 1 - RARE:
            return "hard to explain"
        if surprise < RARE:
            return "too smooth"
        if unexplained > 1 - RARE:
            return "little explained"
        within = LIKE_MANY <= surprise <= 1 - LIKE_MANY and unexplained <= 1 - LIKE_MANY
        return "like many" if within else "rare"

    @property
    def atypical(self) -> bool:
        """Whether the validation faces hold nothing like it."""
        return self.verdict not in ("like many", "rare")


@torch.inference_mode()
def typicality(pulled: Pulled, x: Tensor) -> Typicality:
    """x: (1, 3, 64, 64) in [0, 1], scored by a VAE whose record holds quantiles of validation faces."""
    facts = pulled.record.typicality
    posterior = pulled.model.encode(x)
    shape = (facts["samples"], len(x), pulled.model.config.latent_dim)
    surprise = negative_elbo(
        pulled.model,
        x,
        posterior,
        objective=pulled.record.objective,
        noise=torch.randn(shape, generator=torch.Generator().manual_seed(SEED)),
    ).total.item()
    unexplained = unexplained_variance(x, pulled.model.decode(posterior.mean)).item()
    quantiles = facts["quantiles"]
    return Typicality(
        _standing(surprise, quantiles["negative_elbo"]), _standing(unexplained, quantiles["unexplained_variance"])
    )


def _standing(value: float, quantiles: list[float]) -> Standing:
    return Standing(value, float(np.interp(value, quantiles, np.linspace(0, 1, len(quantiles)))))


def drawing(pulled: Pulled, found: Typicality) -> str:
    """The histograms of the validation faces with a mark where this one stands, and a sentence, as HTML."""
    quantiles = pulled.record.typicality["quantiles"]
    surprise = _histogram(
        found.negative_elbo,
        quantiles["negative_elbo"],
        f"Negative ELBO: <b>{found.negative_elbo.value:.0f} nats</b>",
        ("smooth", "hard to explain"),
    )
    unexplained = _histogram(
        found.unexplained,
        quantiles["unexplained_variance"],
        f"Variance left unexplained: <b>{min(found.unexplained.value, 9.99):.0%}</b>",
        ("all explained", "nothing explained"),
    )
    return (
        f'<section class="card typicality model-vae" aria-label="Typicality"><h3>How typical is it?</h3>'
        f'<p class="subtitle">{SENTENCES[found.verdict]} The bars are the validation faces, the line is this picture, '
        f'both as the VAE scores them.</p><div class="pair">{surprise}{unexplained}</div></section>'
    )


def _share(found: Standing) -> str:
    if found.share_below > 0.995:
        return "nearly all"
    return "hardly any" if found.share_below < 0.005 else f"{found.share_below:.0%} of the"


def _histogram(found: Standing, quantiles: list[float], title: str, ends: tuple[str, str]) -> str:
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
    x = across(found.value)
    label = f"Histogram of the validation faces; this picture has more than {_share(found)} of them"
    return (
        f"<figure><figcaption>{title}, more than {_share(found)} faces</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'{bars}<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/></svg>'
        f'<p class="axis"><span>{ends[0]}</span><span>{ends[1]}</span></p></figure>'
    )
