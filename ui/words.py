"""What the page says about a model: name, colour, objective, and what to look for."""

from typing import Literal, NamedTuple

from vae_models import Objective
from vae_models.hub import Pulled

Prior = Literal["standard", "fitted"]


class Column(NamedTuple):
    """A model's place on the page: always the same order, always the same colour."""

    title: str
    formula: str  # the objective, in words of the report
    colour: str  # a class of assets/style.css


def column(pulled: Pulled) -> Column:
    """The column of a model, from its training record."""
    recipe, objective = pulled.record.recipe, pulled.record.objective
    titles = {
        "ae": "AE",
        "vae": "VAE",
        "beta-vae": f"β-VAE <small>β = {objective.kl:g}</small>",
        "beta-tcvae": f"β-TCVAE <small>β = {objective.tc + 1:g}</small>",
    }
    return Column(titles[recipe], formula(objective), f"model-{recipe}")


def plain(title: str) -> str:
    """A title without its markup, for alternative texts."""
    return title.replace("<small>", "").replace("</small>", "")


def formula(objective: Objective) -> str:
    """The loss as one line, terms of weight 0 left out, a weight of 1 not written."""
    terms = [(objective.distortion_weight, "‖x − x̂‖²"), (objective.kl, "KL"), (objective.tc, "TC")]
    return " + ".join(name if weight == 1 else f"{weight:g} {name}" for weight, name in terms if weight)


SAMPLE_HINTS: dict[tuple[str, Prior], str] = {
    ("ae", "standard"): "Distorted: nothing told its codes to lie where N(0, I) is. Try the fitted Gaussian.",
    ("ae", "fitted"): "Sampled where its codes do lie: faces again, if strained ones.",
    ("vae", "standard"): "Soft, but whole: its codes were trained to fill N(0, I).",
    ("vae", "fitted"): "Hardly changed: its codes fill N(0, I) already.",
    ("beta-vae", "standard"): "Smoother: every nat that a code spends costs five times as much.",
    ("beta-vae", "fitted"): "Hardly changed: the KL, five times as heavy, sees to it.",
    ("beta-tcvae", "standard"): "Smoothest: a few independent features, fine ones given up.",
    ("beta-tcvae", "fitted"): "Hardly changed: its codes fill N(0, I) already.",
}
