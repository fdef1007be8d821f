"""Numbers of the bundled models in README, docs and cards are those of training.json and latents.json."""

import re
from pathlib import Path

import pytest

from tests.docs.markdown import read, table_between
from train.commands.table import TableConfig
from train.errors import UserError
from train.evaluation.latent_names import MIN_AUROC, MIN_GAP
from train.figures.page_tables import (
    TABLES,
    format_with_error,
    read_bundled,
    read_latent_names,
    require_attributes,
)

PEOPLE = {"over": "people", "pictures": 4535, "people": 907}
PAGES_OF_TABLES = {"scores": "README.md"}  # the others are in docs/results.md


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_the_pages_are_those_of_the_records(name: str) -> None:
    """Another model's numbers are stale: run `python -m train table --pages README.md docs/results.md`."""
    assert table_between(PAGES_OF_TABLES.get(name, "docs/results.md"), name) == TABLES[name]()


def test_the_command_rewrites_stale_tables_and_nothing_else(tmp_path: Path) -> None:
    for page, number in (("README.md", "| 4.124 |"), ("docs/results.md", "| 0.775 | 0.750 |")):
        copy = tmp_path / Path(page).name
        copy.write_text(read(page).replace(number, "| 9.999 |"))
        assert copy.read_text() != read(page)
        TableConfig(pages=(copy,)).run()
        assert copy.read_text() == read(page)
    (tmp_path / "plain.md").write_text("No table.\n")
    with pytest.raises(UserError, match="has no marks"):
        TableConfig(pages=(tmp_path / "plain.md",)).run()


def test_every_bundled_interval_is_over_people() -> None:
    for record in read_bundled().values():
        assert require_attributes(record)["intervals"] == PEOPLE
        assert record.total_correlation
        assert record.total_correlation["held_out"]["intervals"] == PEOPLE
        assert record.total_correlation["choosing"]["intervals"]["people"] == 7508
    for one in read_latent_names().values():
        assert one.acceptance
        assert (one.acceptance.people, one.acceptance.pictures) == (907, 4535)


def test_every_bundled_name_holds() -> None:
    for record, one in zip(read_bundled().values(), read_latent_names().values(), strict=True):
        assert one.acceptance
        by_attribute = {candidate.attribute: candidate for candidate in one.acceptance.candidates}
        for name in one.dimensions:
            candidate = by_attribute[name.attribute]
            assert candidate.auroc_bound >= MIN_AUROC
            assert candidate.gap_bound >= MIN_GAP
            scores = require_attributes(record)["by_attribute"][name.attribute]
            assert scores["dimension"] == name.index
            assert scores["auroc"] == pytest.approx(name.auroc)
            assert scores["interval"] == pytest.approx(name.interval)


def test_the_total_correlation_is_that_of_the_scores() -> None:
    for record in read_bundled().values():
        entry = (record.total_correlation or {})["held_out"]
        assert entry["value"] == pytest.approx(record.scores["gaussian_total_correlation"])
        assert entry["corrected"] == pytest.approx(entry["value"] - entry["chance"])


def test_sentences_quote_the_recorded_intervals() -> None:
    """README and the comparison at equal distortion give the gaps of both models of beta 5."""
    gaps = []
    for name in ("beta-tcvae-b5", "beta-vae"):
        means = require_attributes(read_bundled()[name])["means"]
        gaps.append(format_with_error(means["gap"], means["gap_interval"], 3))
    readme = " ".join(read("README.md").split())
    assert f"the gap is {gaps[0]} against {gaps[1]}" in readme
    assert f"| attribute gap | {gaps[1]} | {gaps[0]} |" in read("docs/results.md")
    for name, beta in (("beta-vae", 5), ("beta-vae-b10", 10), ("beta-tcvae-b5", 5), ("beta-tcvae", 20)):
        entry = (read_bundled()[name].total_correlation or {})["held_out"]
        assert f"β = {beta}: {format_with_error(entry['corrected'], entry['interval'], 4)}" in read("docs/results.md")


def test_the_training_page_counts_the_bundled_names() -> None:
    counts = {read_bundled()[name].title: len(one.dimensions) for name, one in read_latent_names().items()}
    listed = re.search(r"Names by model: ([^.]*)\.", " ".join(read("docs/training.md").split()))
    assert listed
    assert listed[1] == ", ".join(f"{title.replace(', β =', '')} {count}" for title, count in counts.items())
