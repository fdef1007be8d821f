"""What a model card says of a record: titles, equations, rows of its tables, citations."""

from typing import NamedTuple

from vae_models import Objective
from vae_models.files.training_record import TrainingRecord

KINDS = {
    "ae": "A plain autoencoder",
    "vae": "A variational autoencoder",
    "beta-vae": "A β-VAE",
    "beta-tcvae": "A β-TCVAE",
}
PICTURES = {1: "pictures", 3: "faces"}  # by their channels
SCORES = (  # key, name, digits, unit
    ("squared_error", "Squared error from the mean code, summed over pixels and colours", 1, ""),
    ("psnr", "PSNR", 2, " dB"),
    ("ssim", "SSIM", 3, ""),
    ("kl", "KL to N(0, I)", 2, " nats"),
    ("negative_elbo", "Negative ELBO, without its constant", 1, " nats"),
    ("active_units", "Active units (Burda et al. 2016)", 0, ""),
    ("gaussian_total_correlation", "Total correlation of the Gaussian with the codes' covariance", 3, " nats"),
)
SEPARATION = (  # of pictures whose factors are known
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
    """One measured number."""

    key: str  # of training.json
    name: str
    value: float
    shown: str


def title(record: TrainingRecord) -> str:
    """The model's name, with its beta (of a beta-TCVAE the weight of TC in the ELBO's decomposition)."""
    titles = {
        "ae": "AE",
        "vae": "VAE",
        "beta-vae": f"β-VAE, β = {record.objective.kl:g}",
        "beta-tcvae": f"β-TCVAE, β = {record.objective.tc + 1:g}",
    }
    return titles.get(record.recipe, record.recipe)


def equation(objective: Objective, stochastic: bool) -> str:
    """The loss in LaTeX; terms of weight 0 left out, a weight of 1 not written."""
    code = r"\mathbb{E}_{z \sim q(z|x)}\, " if stochastic else ""
    drawn = "z" if stochastic else "f(x)"
    error = rf"\lVert x - g({drawn}) \rVert^2" if objective.distortion == "squared_error" else rf"(-\log p(x|{drawn}))"
    distortion = f"{code}{_weight(objective.distortion_weight)}{error}"
    divergences = (
        (objective.kl, r"\mathrm{KL}\left[ q(z|x) \,\Vert\, p(z) \right]"),
        (objective.tc, r"\mathrm{KL}\left[ q(z) \,\Vert\, \textstyle\prod_j q(z_j) \right]"),
    )
    return " + ".join([distortion, *(_weight(weight) + term for weight, term in divergences if weight)])


def terms(objective: Objective, stochastic: bool) -> str:
    """What the equation's letters mean, and the scale without which beta means nothing."""
    error = "squared error" if objective.distortion == "squared_error" else "cross-entropy"
    scale = f"The {error} is summed over pixels and colours, with weight {objective.distortion_weight:g}"
    if not stochastic:
        return f"with an encoder $f$ that answers with one code and a decoder $g$. {scale}."
    meant = _likelihood(objective)
    said = "with the encoder's answer $q(z|x)$, a diagonal Gaussian, the prior $p(z) = N(0, I)$ and a decoder $g$. "
    if objective.tc:
        said += "The last term is the total correlation: what the dimensions tell of each other. "
    return f"{said}{scale}, {meant}; no β means anything without that scale."


def sampling(stochastic: bool) -> str:
    """A sentence on the prior that the lines for sampling take."""
    if stochastic:
        return '`prior="fitted"` samples the Gaussian fitted to the codes of the training pictures instead of N(0, I).'
    return (
        "Nothing told the codes of an AE to lie where N(0, I) is: the Gaussian fitted to those of the training "
        "pictures is the fair way to sample it (Ghosh et al. 2020)."
    )


def scores(record: TrainingRecord) -> list[Score]:
    """What was measured, in the table's order."""
    dropped = ", without its constant" if record.objective.distortion == "bernoulli" else ""  # it has none
    measured = [
        (key, name.removesuffix(dropped), record.scores.get(key), digits, unit) for key, name, digits, unit in SCORES
    ]
    return [
        Score(key, name, value, f"{value:,.{digits}f}{unit}")
        for key, name, value, digits, unit in measured
        if value is not None
    ]


def separation(record: TrainingRecord) -> list[Score]:
    """How separately dimensions carry known factors, where that was measured."""
    found = (record.disentanglement or {}).get("scores", {})
    return [Score(key, name, found[key], f"{found[key]:.3f}") for key, name in SEPARATION if key in found]


def training(record: TrainingRecord) -> list[tuple[str, str]]:
    """The rows of the table of the training."""
    objective, pictures = record.objective, record.data.get("training", {})
    rows = [
        ("Data", _cell(record.data.get("note") or pictures.get("name"))),
        ("Training pictures", _number(pictures.get("pictures"))),
        ("Weights of distortion, KL, TC", f"{objective.distortion_weight:g}, {objective.kl:g}, {objective.tc:g}"),
        ("Steps", _number(record.steps)),
        ("Pictures seen", _number(record.images_seen)),
        *((name, _cell(record.settings.get(key))) for key, name in SETTINGS if key != "tc_estimator" or objective.tc),
        ("Versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())),
    ]
    return [(name, value) for name, value in rows if value]


def split(record: TrainingRecord) -> str:
    """Which pictures the scores are of: a later evaluation may have taken those of the training."""
    return "training" if record.data.get("validation", {}).get("split") == "train" else "validation"


def scored(record: TrainingRecord) -> str:
    """The pictures that the scores are of, in words."""
    pictures, part = _number(record.data.get("validation", {}).get("pictures")), split(record)
    beware = "the model has seen them" if part == "training" else "which were used for nothing else"
    return f"{pictures or 'the'} {part} pictures, {beware}"


def _likelihood(objective: Objective) -> str:
    if objective.distortion == "bernoulli":
        return "$p(x|z)$ being a Bernoulli distribution of every pixel, whose probabilities the decoder gives"
    return f"so $p(x|z)$ has variance {1 / (2 * objective.distortion_weight):g}"


def _weight(value: float) -> str:
    return "" if value == 1 else rf"{value:g}\, "


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _cell(value: object) -> str:
    """Text that neither ends a table's cell nor its row."""
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(str(value).split()).replace("|", r"\|")
