"""Scores of the bundled models that sentences quote are those of their records."""

import re

import pytest

from tests.docs.markdown import read
from vae_models.catalogue import BUNDLED
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

WORDS = {6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}


def score(name: str, measure: str) -> float:
    assert name in BUNDLED
    return float(TrainingRecord.read(BUNDLED_FOLDER / name).scores[measure])


def prose(page: str) -> str:
    return " ".join(read(page).split())


def test_the_readme_says_which_scores_to_expect() -> None:
    errors = {name: f"`{name}` {score(name, 'squared_error'):.0f}" for name in ("ae", "vae", "beta-vae", "beta-tcvae")}
    expected = [errors.pop("ae"), *(f"{text} (KL {score(name, 'kl'):.0f})" for name, text in errors.items())]
    assert f"expect these squared errors: {', '.join(expected)}." in prose("README.md")


def test_the_results_count_the_dimensions_that_stay_active() -> None:
    middle, high = (WORDS[int(score(name, "active_units"))] for name in ("beta-tcvae", "beta-tcvae-b50"))
    text = prose("docs/results.md")
    assert f"At β = 20 {middle} of 32 dimensions stay active, at β = 50 {high}." in text


def test_the_table_of_latent_sizes_has_the_bundled_scores() -> None:
    for name, title in (("vae", "VAE, latent 32"), ("beta-tcvae", "β-TCVAE, β = 20, latent 32")):
        record = TrainingRecord.read(BUNDLED_FOLDER / name)
        scores, means = record.scores, (record.attributes or {})["means"]
        cells = [f"{record.parameters / 1e6:.2f} M", f"{scores['squared_error']:.1f}", f"{scores['kl']:.1f}"]
        cells += [str(scores["active_units"]), f"{scores['gaussian_total_correlation']:.3f}"]
        cells += [f"{means[key]:.3f}" for key in ("auroc", "gap", "leakage", "probe_auroc")]
        assert f"| {title} | {' | '.join(cells)} |" in read("docs/results.md")


def test_pages_say_how_many_images_the_bundled_models_saw() -> None:
    (seen,) = {TrainingRecord.read(BUNDLED_FOLDER / name).images_seen for name in BUNDLED}
    for page in ("README.md", "docs/training.md"):
        numbers = re.findall(r"([\d,]{7,}) images", prose(page))
        assert f"{seen:,}" in numbers, page


def test_the_table_of_the_dial_is_near_its_recorded_curve() -> None:
    curve = TrainingRecord.read(BUNDLED_FOLDER / "beta-dial").curve
    assert curve
    quoted = dict(re.findall(r"\| dial at β = (\d+) \| ([\d.]+ \| [\d.]+) \|", read("docs/results.md")))
    assert set(quoted) == {"1", "2", "5", "10"}
    for beta, cells in quoted.items():
        place = curve["beta"].index(float(beta))
        distortion, kl = map(float, cells.split(" | "))
        assert distortion == pytest.approx(curve["distortion"][place], rel=0.01)  # more noise than the curve's
        assert kl == pytest.approx(curve["kl"][place], abs=0.01)


def test_the_table_of_the_dial_has_the_bundled_separate_models() -> None:
    for name in ("vae", "beta-vae-b2", "beta-vae", "beta-vae-b10"):
        record = TrainingRecord.read(BUNDLED_FOLDER / name)
        cells = rf"[\d.]+ \| {record.scores['kl']:.2f} \| [\d.]+ \| {record.scores['active_units']} \|"
        assert re.search(rf"\| {record.title} \| {cells}", read("docs/results.md")), name


def test_the_dial_keeps_within_its_criterion() -> None:
    rows = re.findall(r"\| dial at β = \d+ \|.*?\| ([+-][\d.]+) % \| ([+-][\d.]+) % \|", read("docs/results.md"))
    losses, distortions = ([float(row[column]) for row in rows] for column in (0, 1))
    assert len(rows) == 4
    assert max(losses) <= 2
    assert max(distortions) <= 4
    assert f"its loss is at most {max(losses):g} % above" in prose("docs/results.md")
    assert f"its distortion at most {max(distortions):g} %" in prose("docs/results.md")
