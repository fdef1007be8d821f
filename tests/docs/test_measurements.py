"""Numbers of the bundled models in README, docs and cards are those of training.json and latents.json."""

import re
from typing import Any

import pytest

from tests.docs.markdown import read, table_between
from train.evaluation.latent_names import MIN_AUROC, MIN_GAP
from train.evaluation.text_report import markdown_table
from vae_models import ModelConfig
from vae_models.catalogue import BUNDLED
from vae_models.files.latent_names import LatentNames
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

PEOPLE = {"over": "people", "pictures": 4535, "people": 907}
SHOWN = "vae"  # the model whose directions docs/results.md shows
OTHERS = 4  # attributes that change most along a direction


def records() -> dict[str, TrainingRecord]:
    return {name: TrainingRecord.read(BUNDLED_FOLDER / name) for name in BUNDLED}


def names() -> dict[str, LatentNames]:
    return {name: LatentNames.read(BUNDLED_FOLDER / name, ModelConfig().latent_dim) for name in BUNDLED}


def attributes_of(record: TrainingRecord) -> dict[str, Any]:
    assert record.attributes is not None
    return record.attributes


def with_error(value: float, interval: list[float], digits: int) -> str:
    return f"{value:.{digits}f} ± {(interval[1] - interval[0]) / 2:.{digits}f}"


def total_correlation_table() -> str:
    rows = []
    for record in records().values():
        cells = [record.title]
        for part in ("choosing", "held_out"):
            entry = (record.total_correlation or {})[part]
            cells += [f"{entry[key]:.4f}" for key in ("value", "chance")]
            cells.append(with_error(entry["corrected"], entry["interval"], 4))
        rows.append(cells)
    head = [f"{part}: {title}" for part in ("training", "other people") for title in ("TC", "chance", "less chance")]
    return markdown_table(["model", *head], rows)


def attribute_intervals_table() -> str:
    rows = []
    for record in records().values():
        means, glasses = attributes_of(record)["means"], attributes_of(record)["by_attribute"]["Eyeglasses"]
        rows.append(
            [
                record.title,
                with_error(means["auroc"], means["auroc_interval"], 3),
                with_error(means["gap"], means["gap_interval"], 3),
                with_error(means["leakage"], means["leakage_interval"], 3),
                with_error(glasses["probe_auroc"], glasses["probe_interval"], 3),
            ]
        )
    return markdown_table(["model", "attribute AUROC", "gap", "leakage", "probe AUROC of eyeglasses"], rows)


def names_table() -> str:
    rows: list[list[str]] = []
    for record, one in zip(records().values(), names().values(), strict=True):
        assert one.acceptance
        rows += [
            [
                record.title,
                str(candidate.index),
                candidate.attribute.replace("_", " ").lower(),
                f"{candidate.auroc:.3f}",
                f"{candidate.auroc_bound:.3f}",
                f"{candidate.gap:.3f}",
                f"{candidate.gap_bound:.3f}",
                "yes" if candidate.accepted else "no",
            ]
            for candidate in one.acceptance.candidates
        ]
    head = ["model", "dimension", "attribute", "AUROC", "at least", "gap", "at least", "holds"]
    return markdown_table(head, rows)


def effects_table() -> str:
    effects = names()[SHOWN].effects
    assert effects
    rows = []
    for direction, changes in effects.changes.items():
        own = changes.get(direction)
        others = sorted((a for a in changes if a != direction), key=lambda a: -abs(changes[a][0]))[:OTHERS]
        listed = ", ".join(f"{a} {changes[a][0]:+.2f} ± {(changes[a][2] - changes[a][1]) / 2:.2f}" for a in others)
        rows.append([direction, "-" if own is None else f"{own[0]:+.2f}", listed])
    return markdown_table(["direction", "itself", "what else changes most"], rows)


TABLES = {
    "total-correlation": total_correlation_table,
    "attribute-intervals": attribute_intervals_table,
    "names": names_table,
    "effects": effects_table,
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_the_results_are_those_of_the_records(name: str) -> None:
    assert table_between("docs/results.md", name) == TABLES[name]()


def test_every_bundled_interval_is_over_people() -> None:
    for record in records().values():
        assert attributes_of(record)["intervals"] == PEOPLE
        assert record.total_correlation
        assert record.total_correlation["held_out"]["intervals"] == PEOPLE
        assert record.total_correlation["choosing"]["intervals"]["people"] == 7508
    for one in names().values():
        assert one.acceptance
        assert (one.acceptance.people, one.acceptance.pictures) == (907, 4535)


def test_every_bundled_name_holds() -> None:
    for record, one in zip(records().values(), names().values(), strict=True):
        assert one.acceptance
        by_attribute = {candidate.attribute: candidate for candidate in one.acceptance.candidates}
        for name in one.dimensions:
            candidate = by_attribute[name.attribute]
            assert candidate.auroc_bound >= MIN_AUROC
            assert candidate.gap_bound >= MIN_GAP
            scores = attributes_of(record)["by_attribute"][name.attribute]
            assert scores["dimension"] == name.index
            assert scores["auroc"] == pytest.approx(name.auroc)
            assert scores["interval"] == pytest.approx(name.interval)


def test_the_total_correlation_is_that_of_the_scores() -> None:
    for record in records().values():
        entry = (record.total_correlation or {})["held_out"]
        assert entry["value"] == pytest.approx(record.scores["gaussian_total_correlation"])
        assert entry["corrected"] == pytest.approx(entry["value"] - entry["chance"])


def test_sentences_quote_the_recorded_intervals() -> None:
    """README and the comparison at equal distortion give the gaps of both models of beta 5."""
    gaps = []
    for name in ("beta-tcvae-b5", "beta-vae"):
        means = attributes_of(records()[name])["means"]
        gaps.append(with_error(means["gap"], means["gap_interval"], 3))
    readme = " ".join(read("README.md").split())
    assert f"the gap is {gaps[0]} against {gaps[1]}" in readme
    assert f"| attribute gap | {gaps[1]} | {gaps[0]} |" in read("docs/results.md")
    for name, beta in (("beta-vae", 5), ("beta-vae-b10", 10), ("beta-tcvae-b5", 5), ("beta-tcvae", 20)):
        entry = (records()[name].total_correlation or {})["held_out"]
        assert f"β = {beta}: {with_error(entry['corrected'], entry['interval'], 4)}" in read("docs/results.md")


def test_the_training_page_counts_the_bundled_names() -> None:
    counts = {records()[name].title: len(one.dimensions) for name, one in names().items()}
    listed = re.search(r"Names by model: ([^.]*)\.", " ".join(read("docs/training.md").split()))
    assert listed
    assert listed[1] == ", ".join(f"{title.replace(', β =', '')} {count}" for title, count in counts.items())
