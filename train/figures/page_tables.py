"""Tables of the bundled models in README and docs, written from their records between marks of the pages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from train.errors import UserError, path_errors
from train.evaluation.results_table import read_records, render
from train.evaluation.text_report import markdown_table
from vae_models import ModelConfig
from vae_models.catalogue import BUNDLED
from vae_models.files.atomic import atomic_write
from vae_models.files.latent_names import LatentNames
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

SHOWN = "vae"  # the model whose directions docs/results.md shows
OTHERS = 4  # attributes that change most along a direction
SHORT = ("model", "‖x − x̂‖², mean code", "KL, nats", "active units", "Gaussian TC, nats", "gap", "probe AUROC")


def read_bundled() -> dict[str, TrainingRecord]:
    """Read the records of the bundled models, by name."""
    return {name: TrainingRecord.read(BUNDLED_FOLDER / name) for name in BUNDLED}


def read_latent_names() -> dict[str, LatentNames]:
    """Read the names of the bundled models' dimensions, by name."""
    return {name: LatentNames.read(BUNDLED_FOLDER / name, ModelConfig().latent_dim) for name in BUNDLED}


def require_attributes(record: TrainingRecord) -> dict[str, Any]:
    """Return the attribute scores of a bundled model."""
    assert record.attributes is not None, "bundled models have attribute scores"
    return record.attributes


def format_with_error(value: float, interval: list[float], digits: int) -> str:
    """Write a number with half its interval."""
    return f"{value:.{digits}f} ± {(interval[1] - interval[0]) / 2:.{digits}f}"


def tabulate_total_correlation() -> str:
    """List the Gaussian total correlation of both sets of faces, by chance, and without chance."""
    rows = []
    for record in read_bundled().values():
        cells = [record.title]
        for part in ("choosing", "held_out"):
            entry = (record.total_correlation or {})[part]
            cells += [f"{entry[key]:.4f}" for key in ("value", "chance")]
            cells.append(format_with_error(entry["corrected"], entry["interval"], 4))
        rows.append(cells)
    head = [f"{part}: {title}" for part in ("training", "other people") for title in ("TC", "chance", "less chance")]
    return markdown_table(["model", *head], rows)


def tabulate_attribute_intervals() -> str:
    """List the attribute scores with half their intervals."""
    rows = []
    for record in read_bundled().values():
        means, glasses = require_attributes(record)["means"], require_attributes(record)["by_attribute"]["Eyeglasses"]
        rows.append(
            [
                record.title,
                format_with_error(means["auroc"], means["auroc_interval"], 3),
                format_with_error(means["gap"], means["gap_interval"], 3),
                format_with_error(means["leakage"], means["leakage_interval"], 3),
                format_with_error(glasses["probe_auroc"], glasses["probe_interval"], 3),
            ]
        )
    return markdown_table(["model", "attribute AUROC", "gap", "leakage", "probe AUROC of eyeglasses"], rows)


def tabulate_names() -> str:
    """List all candidates for names of dimensions, with their lower bounds."""
    rows: list[list[str]] = []
    for record, one in zip(read_bundled().values(), read_latent_names().values(), strict=True):
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


def tabulate_effects() -> str:
    """List what else changes along each direction of one model."""
    effects = read_latent_names()[SHOWN].effects
    assert effects
    rows = []
    for direction, changes in effects.changes.items():
        own = changes.get(direction)
        others = sorted((a for a in changes if a != direction), key=lambda a: -abs(changes[a][0]))[:OTHERS]
        listed = ", ".join(f"{a} {changes[a][0]:+.2f} ± {(changes[a][2] - changes[a][1]) / 2:.2f}" for a in others)
        rows.append([direction, "-" if own is None else f"{own[0]:+.2f}", listed])
    return markdown_table(["direction", "itself", "what else changes most"], rows)


def tabulate_scores() -> str:
    """List the scores that README shows."""
    head, rule, *rows = [line.strip("|").split("|") for line in render(read_records(())).splitlines()]
    titles = [title.strip() for title in head]
    kept = [titles.index(title) for title in SHORT]
    return "\n".join(f"|{'|'.join(row[k] for k in kept)}|" for row in (head, rule, *rows))


TABLES: dict[str, Callable[[], str]] = {  # by the name of the marks: <!-- NAME --> and <!-- /NAME -->
    "table": lambda: render(read_records(())),
    "scores": tabulate_scores,
    "total-correlation": tabulate_total_correlation,
    "attribute-intervals": tabulate_attribute_intervals,
    "names": tabulate_names,
    "effects": tabulate_effects,
}


def rewrite(page: Path) -> list[str]:
    """Rewrite the tables of a page, and return the names of those that it has.

    Raises UserError for a page that cannot be read, or has none of the marks.
    """
    if not page.is_file():
        raise UserError(f"There is no page {page}")
    text, found = page.read_text(encoding="utf-8"), list[str]()
    for name, tabulate in TABLES.items():
        marked = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
        if marked:
            text = text[: marked.start(1)] + tabulate() + text[marked.end(1) :]
            found.append(name)
    if not found:
        raise UserError(f"{page} has no marks such as <!-- {next(iter(TABLES))} -->, between which tables are written")
    with path_errors():
        atomic_write(page, lambda partial: partial.write_text(text, encoding="utf-8"))
    return found
