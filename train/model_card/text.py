"""Texts of a model card: equation, table rows and sentences that follow from the training record."""

from typing import NamedTuple

from vae_models import Objective
from vae_models.catalogue import DIALS, Term
from vae_models.files.training_record import TrainingRecord

IMAGES = {1: "images", 3: "faces"}  # by their channels
SCORES = (  # key, name, digits, unit
    ("squared_error", "Squared error from the mean code, summed over pixels and colours", 1, ""),
    ("psnr", "PSNR", 2, " dB"),
    ("ssim", "SSIM", 3, ""),
    ("kl", "KL to N(0, I)", 2, " nats"),
    ("negative_elbo", "Negative ELBO, without its constant", 1, " nats"),
    ("active_units", "Active units (Burda et al. 2016)", 0, ""),
    ("gaussian_total_correlation", "Total correlation of the Gaussian with the codes' covariance", 3, " nats"),
)
SEPARATION = (  # key, name; of images with known factors
    ("mig", "Mutual information gap (Chen et al. 2018)"),
    ("factor_vae", "FactorVAE score (Kim and Mnih 2018)"),
    ("dci_disentanglement", "DCI disentanglement (Eastwood and Williams 2018)"),
    ("sap", "SAP (Kumar et al. 2018)"),
)
SETTINGS = (  # key, name
    ("batch_size", "Batch"),
    ("learning_rate", "Learning rate (Adam)"),
    ("warmup_steps", "Warm-up, steps"),
    ("schedule", "Schedule"),
    ("flips", "Mirrored at random"),
    ("mixed_precision", "Mixed precision"),
    ("weights", "Kernels rounded to"),
    ("tc_estimator", "Estimator of TC"),
    ("seed", "Seed"),
)


class Score(NamedTuple):
    """A recorded score."""

    key: str  # in training.json
    name: str
    value: float
    text: str  # the value, rounded, with its unit


def equation(objective: Objective, stochastic: bool, *, term: Term | None = None) -> str:
    """Write the loss in LaTeX, without terms of weight 0 and without weights of 1.

    term: the one that beta weights, an input of the network; None for a model with one beta.
    """
    expectation = r"\mathbb{E}_{z \sim q(z|x)}\, " if stochastic else ""
    code = "z" if stochastic else "f(x)"
    error = rf"\lVert x - g({code}) \rVert^2" if objective.distortion == "squared_error" else rf"(-\log p(x|{code}))"
    distortion = f"{expectation}{_weight(objective.distortion_weight)}{error}"
    divergences = (
        (objective.kl, r"\mathrm{KL}\left[ q(z|x) \,\Vert\, p(z) \right]"),
        (objective.tc, r"\mathrm{KL}\left[ q(z) \,\Vert\, \textstyle\prod_j q(z_j) \right]"),
    )
    terms = [_weight(weight) + divergence for weight, divergence in divergences if weight]
    if term == "kl":
        terms[0] = rf"\beta\, {divergences[0][1]}"
    if term == "tc":
        terms.append(rf"(\beta - 1)\, {divergences[1][1]}")
    return " + ".join([distortion, *terms])


def explain_symbols(objective: Objective, stochastic: bool, *, term: Term | None = None) -> str:
    """Explain the symbols of the equation, and the scale of the error, without which beta has no meaning."""
    error = "squared error" if objective.distortion == "squared_error" else "cross-entropy"
    scale = f"The {error} is summed over pixels and colours, with weight {objective.distortion_weight:g}"
    if not stochastic:
        return f"where the encoder $f$ returns one code and $g$ is the decoder. {scale}."
    model = (
        "where the encoder returns $q(z|x)$, a diagonal Gaussian, $p(z) = N(0, I)$ is the prior, and $g$ the decoder. "
    )
    if objective.tc or term == "tc":
        model += "The last term is the total correlation: how much the dimensions depend on each other. "
    return f"{model}{scale}, {_likelihood(objective)}. β can only be compared at the same scale."


def describe_sampling(stochastic: bool) -> str:
    """Describe the prior that the example samples from."""
    if stochastic:
        return (
            '`prior="fitted"` samples from the Gaussian fitted to the codes of the training images instead of N(0, I).'
        )
    return (
        "The codes of an AE do not follow N(0, I), so the example samples from the Gaussian fitted to the codes of the "
        "training images (Ghosh et al. 2020)."
    )


def list_scores(record: TrainingRecord) -> list[Score]:
    """List the recorded scores in the order of the table."""
    dropped = ", without its constant" if record.objective.distortion == "bernoulli" else ""  # it has none
    recorded = [
        (key, name.removesuffix(dropped), record.scores.get(key), digits, unit) for key, name, digits, unit in SCORES
    ]
    return [
        Score(key, name, value, f"{value:,.{digits}f}{unit}")
        for key, name, value, digits, unit in recorded
        if value is not None
    ]


def list_curve(record: TrainingRecord) -> list[tuple[str, str, str, str]]:
    """List beta, distortion, KL and active units of a dial at round betas and at the ends; nothing of another model."""
    if record.curve is None:
        return []
    columns = [record.curve[name] for name in ("beta", "distortion", "kl", "active_units")]
    highest = columns[0][-1]
    rows = [row for row in zip(*columns, strict=True) if row[0] in (1, 2, 5, 10, 20, 50, highest)]
    return [(f"{beta:g}", f"{distortion:.1f}", f"{kl:.2f}", f"{units}") for beta, distortion, kl, units in rows]


def list_separation_scores(record: TrainingRecord) -> list[Score]:
    """List the recorded scores of how separately dimensions encode known factors."""
    scores = (record.disentanglement or {}).get("scores", {})
    return [Score(key, name, scores[key], f"{scores[key]:.3f}") for key, name in SEPARATION if key in scores]


def training_rows(record: TrainingRecord) -> list[tuple[str, str]]:
    """List names and values of the training's table."""
    objective, images, dial = record.objective, record.data.get("training", {}), DIALS.get(record.recipe)
    estimates_tc = objective.tc or (dial and dial.term == "tc")
    rows = [
        ("Data", _cell(record.data.get("note") or images.get("name"))),
        ("Training images", _number(images.get("pictures"))),
        ("Weights of distortion, KL, TC", f"{objective.distortion_weight:g}, {_weights(record)}"),
        ("Steps", _number(record.steps)),
        ("Images seen", _number(record.images_seen)),
        *((name, _cell(record.settings.get(key))) for key, name in SETTINGS if key != "tc_estimator" or estimates_tc),
        ("Versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())),
    ]
    return [(name, value) for name, value in rows if value]


def split_name(record: TrainingRecord) -> str:
    """Return the split that was scored; `evaluate` may have scored training images."""
    return "training" if record.data.get("validation", {}).get("split") == "train" else "validation"


def describe_images(record: TrainingRecord) -> str:
    """Describe the images that were scored."""
    number, split = _number(record.data.get("validation", {}).get("pictures")), split_name(record)
    note = "which the model has seen" if split == "training" else "which were used for nothing else"
    return f"{number or 'the'} {split} images, {note}"


def _weights(record: TrainingRecord) -> str:
    """Write the weights of KL and TC."""
    kl, tc = f"{record.objective.kl:g}", f"{record.objective.tc:g}"
    dial = DIALS.get(record.recipe)
    if dial and dial.term == "kl":
        kl = f"β from 1 to {dial.highest_beta:g}"
    elif dial:
        tc = f"β − 1 from 0 to {dial.highest_beta - 1:g}"
    return f"{kl}, {tc}"


def _likelihood(objective: Objective) -> str:
    if objective.distortion == "bernoulli":
        return "so $p(x|z)$ is a Bernoulli distribution of each pixel, with the decoder's output as its probability"
    return f"so $p(x|z)$ has variance {1 / (2 * objective.distortion_weight):g}"


def _weight(value: float) -> str:
    return "" if value == 1 else rf"{value:g}\, "


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _cell(value: object) -> str:
    """Format a value so that it ends neither its table cell nor its row."""
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(str(value).split()).replace("|", r"\|")
