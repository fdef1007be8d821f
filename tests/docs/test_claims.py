"""Numbers of the section about the report's claims are those of docs/claims.json, measured on the bundled weights."""

import hashlib
import json
import re
from typing import Any

import pytest

from metrics.estimate import Measure
from tests.docs.markdown import ROOT, read, table_between
from train.claims.seeds import Model, render_seeds
from vae_models.catalogue import BUNDLED, RECIPES
from vae_models.files.names import WEIGHTS
from vae_models.hub.pull import BUNDLED_FOLDER

SECTION = "Does the report hold?"
BETA_VAES, BETA_TCVAES = ("beta-vae-b2", "beta-vae", "beta-vae-b10"), ("beta-tcvae-b5", "beta-tcvae", "beta-tcvae-b50")


def claims() -> dict[str, Any]:
    return json.loads(read("docs/claims.json"))


def section() -> str:
    (text,) = [
        part for part in re.split(r"^## ", read("docs/results.md"), flags=re.MULTILINE) if part.startswith(SECTION)
    ]
    return text


def number(model: str, measure: str, digits: int, error: int | None = None) -> str:
    """Write a measure with its digits and, if `error` is given, half its interval with so many digits."""
    entry = claims()["models"][model]["measures"][measure]
    value = f"{entry['value']:.{digits}f}"
    if error is None:
        return value
    low, high = entry["interval"]
    return f"{value} ± {(high - low) / 2:.{error}f}"


def ladder(measure: str, digits: int) -> str:
    """Write a measure of the VAE and of both families, as cells of a row."""
    families = (("vae",), BETA_VAES, BETA_TCVAES)
    return " | ".join(", ".join(number(model, measure, digits) for model in models) for models in families)


def pair(measure: str, digits: int, error: int | None = None) -> str:
    return " | ".join(number(model, measure, digits, error) for model in ("ae", "vae"))


ROWS = {  # beginning of a row, in the order of the section -> its cells
    "Fréchet distance": lambda: pair("standard_frechet", 3, 3),
    "Laplacian energy": lambda: pair("standard_energy", 3),
    "total variance": lambda: pair("standard_variance", 2),
    "rank correlation of distances, codes with faces": lambda: pair("agreement", 2, 2),
    "largest step / mean step along a line": lambda: pair("largest_step", 2),
    "distance to the nearest other face": lambda: pair("middle_nearest", 2, 2),
    "Laplacian energy (halfway)": lambda: pair("middle_energy", 2, 2),
    "distance to the nearest face": lambda: pair("standard_nearest", 2),
    "KL, nats": lambda: ladder("rate", 1),
    "distortion": lambda: ladder("distortion", 0),
    "total variance (at most ± 0.006)": lambda: ladder("reconstruction_variance", 3),
    "Laplacian energy (reconstructions)": lambda: ladder("reconstruction_energy", 3),
    "mean AUROC of linear probes for 40 attributes": lambda: ladder("probe", 3),
    "attribute gap": lambda: f"{number('beta-vae', 'gap', 3, 3)} | {number('beta-tcvae-b5', 'gap', 3, 3)}",
    "AUROC of a linear probe for eyeglasses (at most ± 0.04)": lambda: (
        f"{number('ae', 'eyeglasses', 2)} | {ladder('eyeglasses', 2)}"
    ),
    "mean distance of two samples": lambda: " | ".join(
        number(model, "standard_distance", 2) for model in ("vae", "beta-vae", "beta-tcvae")
    ),
}


@pytest.mark.parametrize("title", ROWS)
def test_rows_of_the_claims_quote_their_record(title: str) -> None:
    assert f"| {re.sub(r' [(](halfway|reconstructions)[)]', '', title)} | {ROWS[title]()} |" in section()


def test_the_record_of_the_claims_is_of_the_bundled_weights() -> None:
    """Other weights need other numbers: run `claims` with --output docs/claims.json, then correct docs/results.md."""
    digests = {name: one["weights"] for name, one in claims()["models"].items()}
    assert digests == {
        name: hashlib.sha256((BUNDLED_FOLDER / name / WEIGHTS).read_bytes()).hexdigest() for name in BUNDLED
    }


def test_the_readme_quotes_the_distance_of_samples() -> None:
    text = " ".join(read("README.md").split())
    assert f"falls from {number('ae', 'standard_frechet', 3)}, with the report's N(0, I), to " in text
    assert f"to {number('ae', 'fitted_frechet', 3)}; the VAE's is {number('vae', 'fitted_frechet', 3)}" in text


def test_the_claims_table_has_no_row_without_a_check() -> None:
    """Every row with numbers is one of those above, or of a table that other tests compare with the records."""
    checked = {re.sub(r" [(](halfway|reconstructions)[)]", "", title) for title in ROWS}
    elsewhere = {"leakage (lower is better; the labels' own is 0.062)", "leakage above the labels' own"}
    text = re.sub(r"<!-- ([a-z-]+) -->.*?<!-- /\1 -->", "", section(), flags=re.DOTALL)
    rows = [
        line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if re.match(r"\| [^|]+ \| .*\d", line)
    ]
    heads = {"samples from N(0, I)", "at distortion 190", "at distortion 235", "at distortion 276"}
    assert not [row for row in rows if row not in checked | elsewhere | heads]


def test_tables_over_seeds_are_those_of_their_record() -> None:
    """Once docs/seeds.json is measured, docs/results.md has its tables between the marks `seeds`."""
    file = ROOT / "docs" / "seeds.json"
    marked = "<!-- seeds -->" in read("docs/results.md")
    assert marked == file.is_file()
    if marked:
        assert table_between("docs/results.md", "seeds") == render_seeds(models_of(json.loads(file.read_text())))


def models_of(content: dict[str, Any]) -> list[Model]:
    """Read the models of a file that `claims` has written; they differ in recipe and seed alone."""
    models = []
    for one in content["models"].values():
        recipe = RECIPES[one["recipe"]]
        title = recipe.title if recipe.term is None else f"{recipe.title}, β = {one['beta']:g}"
        values = {name: entry and Measure(entry["value"]) for name, entry in one["measures"].items()}
        models.append(Model(title, one["recipe"], one["seed"], {}, values))
    return models


def test_models_of_a_record_are_grouped_by_seed() -> None:
    entry = {"beta": 1, "measures": {"rate": {"value": 35.0, "interval": None}, "gap": None}}
    content = {"models": {f"vae-{seed}": {"recipe": "vae", "seed": seed, **entry} for seed in (0, 1)}}
    assert "| rate, nats | 35.0 ± 0.0 |" in render_seeds(models_of(content))
