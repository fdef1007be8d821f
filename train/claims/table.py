"""The measures as Markdown: a row each, a column a model."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from metrics.estimate import Measure
from train.claims.reference import Measures

MISSING = "-"


class Row(NamedTuple):
    """One measure."""

    name: str
    title: str
    digits: int


class Claim(NamedTuple):
    """What the report says, and what is measured of it."""

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
            Row(f"{prior}_{name}", f"{said}: {title}", 3)
            for prior, said in (("standard", "N(0, I)"), ("fitted", "fitted prior"))
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
        tuple(
            row
            for name, title, digits in (
                ("gaussian_tc", "Gaussian total correlation less its bias, nats", 4),
                ("gap", "attribute gap", 3),
                ("leakage", "leakage", 3),
            )
            for row in (
                Row(name, title, digits),
                Row(f"rival_{name}", f"{title}: other family at equal distortion", digits),
            )
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
    """The table; after each number half the width of its 95 % interval."""
    head = ["", *names]
    lines = [_line(head), "|" + "---|" * len(head)]
    for claim in CLAIMS:
        lines.append(_line([f"**{claim.sentence}**", *[""] * len(names)]))
        lines += [
            _line([row.title, *(_cell(column.get(row.name), row.digits) for column in columns)]) for row in claim.rows
        ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(measure: Measure | None, digits: int) -> str:
    if measure is None or math.isnan(measure.value):
        return MISSING
    if measure.interval is None:
        return f"{measure.value:.{digits}f}"
    low, high = measure.interval
    return f"{measure.value:.{digits}f} ± {(high - low) / 2:.{digits}f}"
