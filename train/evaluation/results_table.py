"""Scores of several models side by side, as a Markdown table with one row per model."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from train.errors import UserError, as_user_error
from train.evaluation.dial.curve import round_betas
from train.evaluation.text_report import MISSING, markdown_table
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS, DIALS
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

Value = Callable[[TrainingRecord], float | None]
LEAKAGE = "leakage"
RUN_SETTINGS = ("latent_dim", "width", "seed")  # shown after the title if the runs differ in them


class Column(NamedTuple):
    """One score of the table."""

    title: str
    form: str  # format of a value
    value: Value  # None for a model without this score
    always: bool = True  # False: only shown if one of the models has the score


def _score(name: str) -> Value:
    return lambda record: record.scores.get(name)


def _nested(entry: str, *path: str) -> Value:
    """Return a function that reads a number inside one of the record's optional entries."""

    def value(record: TrainingRecord) -> float | None:
        node: Any = getattr(record, entry)
        for key in path:
            node = None if node is None else node.get(key)
        return node

    return value


SCORES = {  # name in the record -> column
    "squared_error": Column("‖x − x̂‖², mean code", "{:.1f}", _score("squared_error")),
    "psnr": Column("PSNR", "{:.1f} dB", _score("psnr")),
    "ssim": Column("SSIM", "{:.3f}", _score("ssim")),
    "kl": Column("KL, nats", "{:.1f}", _score("kl")),
    "active_units": Column("active units", "{:.0f}", _score("active_units")),
    "gaussian_total_correlation": Column("Gaussian TC, nats", "{:.3f}", _score("gaussian_total_correlation")),
}
ALONG_A_DIAL = ("squared_error", "kl", "active_units", "gaussian_total_correlation")
COLUMNS = (
    *SCORES.values(),
    Column("attribute AUROC", "{:.3f}", _nested("attributes", "means", "auroc"), always=False),
    Column("gap", "{:.3f}", _nested("attributes", "means", "gap"), always=False),
    Column(LEAKAGE, "{:.3f}", _nested("attributes", "means", "leakage"), always=False),
    Column("probe AUROC", "{:.3f}", _nested("attributes", "means", "probe_auroc"), always=False),
    Column("MIG", "{:.2f}", _nested("disentanglement", "scores", "mig"), always=False),
    Column("FactorVAE", "{:.2f}", _nested("disentanglement", "scores", "factor_vae"), always=False),
    Column("beta-VAE score", "{:.2f}", _nested("disentanglement", "scores", "beta_vae"), always=False),
    Column("DCI", "{:.2f}", _nested("disentanglement", "scores", "dci_disentanglement"), always=False),
    Column("SAP", "{:.2f}", _nested("disentanglement", "scores", "sap"), always=False),
    Column("modularity", "{:.2f}", _nested("disentanglement", "scores", "modularity"), always=False),
    Column("FID, N(0, I)", "{:.1f}", _nested("generation", "standard", "fid"), always=False),
    Column("FID, fitted prior", "{:.1f}", _nested("generation", "fitted", "fid"), always=False),
)
LABEL_LEAKAGE = _nested("attributes", "means", "leakage_of_labels")


def read_records(folders: Sequence[Path], *, with_dials: bool = False) -> list[TrainingRecord]:
    """Read the record of each folder, or of the folders inside it, sorted by recipe and beta.

    Default: the bundled models, and the bundled dials if `with_dials` is set.

    Raises UserError for a folder without any training.json, and for a damaged one.
    """
    if not folders:
        names = (*BUNDLED, *BUNDLED_DIALS) if with_dials else BUNDLED
        return [TrainingRecord.read(BUNDLED_FOLDER / name) for name in names]
    return [record for folder in folders for record in _read_folder(folder)]


def _read_folder(folder: Path) -> list[TrainingRecord]:
    candidates = [folder, *(sorted(folder.iterdir()) if folder.is_dir() else [])]
    with as_user_error(ValueError):
        records = [TrainingRecord.read(path) for path in candidates if (path / RECORD).is_file()]
    if not records:
        raise UserError(f"{folder} holds no {RECORD}, nor does a folder in it: table takes folders of finished runs")
    return sorted(records, key=_sort_key)


def _sort_key(record: TrainingRecord) -> tuple[int, float, int, int]:
    return *record.sort_key, _setting(record, "latent_dim"), _setting(record, "seed")


def _setting(record: TrainingRecord, name: str) -> int:
    return int(record.settings.get(name, 0))


def _differing_settings(records: Sequence[TrainingRecord]) -> list[str]:
    return [name for name in RUN_SETTINGS if len({_setting(record, name) for record in records}) > 1]


def render_all(records: Sequence[TrainingRecord]) -> str:
    """Format the table of the models of one beta each, and that of the dials."""
    dials = [record for record in records if record.recipe in DIALS]
    models = [record for record in records if record.recipe not in DIALS]
    return "\n\n".join([*([render(models)] if models else []), *([render_dials(dials)] if dials else [])])


def render_dials(records: Sequence[TrainingRecord]) -> str:
    """Format the table of dials: a row for each round beta of the recorded curve; without a curve, one of beta 1.

    Titles are as in `render`.
    """
    differing = _differing_settings(records)
    rows = [[_title(record, differing), *cells] for record in records for cells in _list_betas(record)]
    return markdown_table(["model", "β", *(SCORES[name].title for name in ALONG_A_DIAL)], rows)


def _list_betas(record: TrainingRecord) -> list[list[str]]:
    curve = record.curve or {"beta": [1.0], **{name: [record.scores.get(name)] for name in ALONG_A_DIAL}}
    shown = round_betas(curve["beta"][-1])
    return [
        [f"{beta:g}", *(_format(SCORES[name], curve[name][i]) for name in ALONG_A_DIAL)]
        for i, beta in enumerate(curve["beta"])
        if beta in shown
    ]


def render(records: Sequence[TrainingRecord]) -> str:
    """Format the table. Settings in which the runs differ, such as seeds, follow the titles."""
    columns = [column for column in COLUMNS if column.always or any(column.value(r) is not None for r in records)]
    differing = _differing_settings(records)
    head = ["model", *(_head(column, records) for column in columns)]
    rows = [[_title(record, differing), *(_cell(column, record) for column in columns)] for record in records]
    return markdown_table(head, rows)


def _head(column: Column, records: Sequence[TrainingRecord]) -> str:
    """Return a column's title; for leakage with its floor, the leakage of the correlated labels themselves."""
    floors = sorted(f"{floor:.3f}" for record in records if (floor := LABEL_LEAKAGE(record)) is not None)
    if column.title != LEAKAGE or not floors:
        return column.title
    limits = floors[0] if floors[0] == floors[-1] else f"{floors[0]} to {floors[-1]}"
    return f"{LEAKAGE} (labels alone: {limits})"


def _title(record: TrainingRecord, differing: Sequence[str]) -> str:
    return ", ".join([record.title, *(f"{name.split('_')[0]} {_setting(record, name)}" for name in differing)])


def _cell(column: Column, record: TrainingRecord) -> str:
    return _format(column, column.value(record))


def _format(column: Column, value: float | None) -> str:
    return MISSING if value is None or math.isnan(value) else column.form.format(value)
