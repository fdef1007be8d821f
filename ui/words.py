"""What the page says about a model: name, colour, objective, and what to look for."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from vae_models import ModelConfig, Objective
from vae_models.catalogue import RECIPES, Distortion, Prior
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled

Family = Literal["beta-vae", "beta-tcvae"]
REPORT_SIZE = ModelConfig().latent_dim
FAMILIES: dict[Family, str] = {family: RECIPES[family].title for family in get_args(Family)}

# what gr.Markdown renders as equations, with the KaTeX that gradio brings along
LATEX: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "$", "right": "$", "display": False},
]


DISTORTIONS: dict[Distortion, str] = {"squared_error": "‖x − x̂‖²", "bernoulli": "−log p(x|z)"}
ERRORS: dict[Distortion, str] = {
    "squared_error": f"squared error {DISTORTIONS['squared_error']}",
    "bernoulli": f"Bernoulli distortion {DISTORTIONS['bernoulli']}",
}


class Column(NamedTuple):
    """A model's place on the page: always the same order, always the same colour."""

    title: str
    formula: str  # the objective, in words of the report
    colour: str  # a class of assets/style.css


def column(pulled: Pulled) -> Column:
    """The column of a model, from its training record."""
    family, objective = pulled.record.family, pulled.record.objective
    recipe = RECIPES[family]
    beta = [f"β = {pulled.record.beta:g}"] if recipe.term else []
    facts = [*beta, *unlike_the_report(pulled)]
    title = recipe.title + (f" <small>{', '.join(facts)}</small>" if facts else "")
    return Column(title, formula(objective), f"model-{family}")


def unlike_the_report(pulled: Pulled) -> list[str]:
    """What else than β tells a model from others of its recipe, in a few words each."""
    size, seed = pulled.model.config.latent_dim, pulled.record.settings.get("seed", 0)
    return [*([f"{size} dimensions"] if size != REPORT_SIZE else []), *([f"seed {seed}"] if seed else [])]


def beta_of(record: TrainingRecord) -> float | None:
    """The report's β; an AE has none."""
    return record.beta


def scale(models: Iterable[Pulled]) -> str:
    """What β is counted against; without it a β means nothing."""
    objectives = [pulled.record.objective for pulled in models]
    weights = sorted({objective.distortion_weight for objective in objectives})
    said = " or ".join(f"{weight:g}" for weight in weights)
    errors = " or ".join(ERRORS[name] for name in sorted({one.distortion for one in objectives}, reverse=True))
    scales = {(one.distortion, one.distortion_weight) for one in objectives}
    beware = " The scales differ, so the β do not compare." if len(scales) > 1 else ""
    return (
        f"The scale of β: it weighs nats against the {errors}, <b>summed</b> over all pixels and "
        f"colours of a face, with <b>weight {said}</b>.{beware}"
    )


def plain(title: str) -> str:
    """A title without its markup, for alternative texts."""
    return title.replace("<small>", "").replace("</small>", "")


def formula(objective: Objective) -> str:
    """The loss as one line, terms of weight 0 left out, a weight of 1 not written."""
    terms = [
        (objective.distortion_weight, DISTORTIONS[objective.distortion]),
        (objective.kl, "KL"),
        (objective.tc, "TC"),
    ]
    return " + ".join(name if weight == 1 else f"{weight:g} {name}" for weight, name in terms if weight)


def sample_hint(record: TrainingRecord, prior: Prior) -> str:
    """What to look for in a model's samples, in one or two sentences."""
    beta = beta_of(record)
    price = "" if beta is None else f"costs {beta:g} times as much"
    hints: dict[tuple[str, Prior], str] = {
        (
            "ae",
            "standard",
        ): "Pale and muddled: nothing told its codes to lie where N(0, I) is. Try the fitted Gaussian.",
        ("ae", "fitted"): "Sampled where its codes do lie: faces again, and the sharpest here.",
        ("vae", "standard"): "Soft, but whole: its codes were trained to fill N(0, I).",
        ("beta-vae", "standard"): f"Smoother: every nat that a code spends {price}.",
        ("beta-tcvae", "standard"): f"A few independent features: what one tells of another {price}.",
    }
    return hints.get((record.family, prior), "Hardly changed: its codes fill N(0, I) already.")
