"""The claims of the report and their measures, as a Markdown table with one column per model."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from metrics.estimate import Measure
from train.claims.reference import Measures
from train.evaluation.text_report import MISSING, markdown_table


class Row(NamedTuple):
    """One measure."""

    name: str
    title: str
    digits: int


class Claim(NamedTuple):
    """A sentence of the report, and the measures that test it."""

    sentence: str
    rows: tuple[Row, ...]


PRIOR_ROWS = (
    ("frechet", "Fréchet distance / that of the mean face"),
    ("nearest", "distance to the nearest face / faces'"),
    ("energy", "Laplacian energy / faces'"),
)
CLAIMS = (
    Claim(
        "An AE generates nothing meaningful from N(0, I)",
        tuple(
            Row(f"{prior}_{name}", f"{prior_title}: {title}", 3)
            for prior, prior_title in (("standard", "N(0, I)"), ("fitted", "fitted prior"))
            for name, title in PRIOR_ROWS
        ),
    ),
    Claim(
        "A VAE's latent space is continuous and complete, an AE's is not",
        (
            Row("middle_nearest", "halfway between two faces: distance to the nearest other face / at the ends", 2),
            Row("middle_energy", "halfway: Laplacian energy / at the ends", 2),
            Row("largest_step", "largest step on the way / mean step", 2),
            Row("agreement", "rank correlation of distances, codes with faces", 2),
        ),
    ),
    Claim(
        "Higher beta lowers the rate and reconstructs worse",
        (
            Row("rate", "rate, nats", 1),
            Row("distortion", "distortion", 1),
            Row("squared_error", "squared error, mean code", 1),
        ),
    ),
    Claim(
        "Samples of beta-VAE and beta-TCVAE are more varied than a VAE's",
        (
            Row("standard_distance", "samples: mean distance of two / faces'", 3),
            Row("standard_variance", "samples: total variance / faces'", 3),
            Row("fitted_variance", "samples, fitted prior: total variance / faces'", 3),
        ),
    ),
    Claim(
        "With beta, reconstructions look more alike, and blurrier",
        (
            Row("reconstruction_variance", "reconstructions: total variance / faces'", 3),
            Row("reconstruction_energy", "reconstructions: Laplacian energy / faces'", 3),
        ),
    ),
    Claim(
        "A beta-TCVAE's dimensions are less dependent, and separate features better, than a beta-VAE's",
        (
            Row("gaussian_tc", "Gaussian total correlation less chance, nats", 4),
            Row(
                "rival_gaussian_tc",
                "Gaussian total correlation less chance, nats: other family at equal distortion",
                4,
            ),
            Row("gap", "attribute gap", 3),
            Row("rival_gap", "attribute gap: other family at equal distortion", 3),
            Row("leakage", "leakage", 3),
            Row("leakage_of_labels", "leakage of the labels alone", 3),
            Row("rival_leakage", "leakage: other family at equal distortion", 3),
        ),
    ),
    Claim(
        "High beta loses glasses and finer features",
        (
            Row("eyeglasses", "linear probe: AUROC of eyeglasses", 3),
            Row("probe", "linear probe: mean AUROC of all attributes", 3),
            Row("rival_probe", "the same: other family at equal distortion", 3),
        ),
    ),
)


def render(names: Sequence[str], columns: Sequence[Measures]) -> str:
    """Format the table. The number after ± is half the width of the 95 % interval."""
    rows: list[list[str]] = []
    for claim in CLAIMS:
        rows.append([f"**{claim.sentence}**", *[""] * len(names)])
        rows += [[row.title, *(_cell(column.get(row.name), row.digits) for column in columns)] for row in claim.rows]
    return markdown_table(["", *names], rows)


def _cell(measure: Measure | None, digits: int) -> str:
    if measure is None or math.isnan(measure.value):
        return MISSING
    if measure.interval is None:
        return f"{measure.value:.{digits}f}"
    low, high = measure.interval
    return f"{measure.value:.{digits}f} ± {(high - low) / 2:.{digits}f}"
