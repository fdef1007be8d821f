"""`table`: what models score, side by side, as Markdown."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vae_models.catalogue import BUNDLED
from vae_models.files.training_record import RECORD, TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

MISSING = "-"
Value = Callable[[TrainingRecord], float | None]


class Column(NamedTuple):
    """One score."""

    title: str
    form: str  # how a value is written
    value: Value  # None where a model has none
    always: bool = True  # else where one of the models has it


def _score(name: str) -> Value:
    return lambda record: record.scores.get(name)


def _within(entry: str, *path: str) -> Value:
    """A number inside one of the record's entries, which may not be there."""

    def value(record: TrainingRecord) -> float | None:
        found: Any = getattr(record, entry)
        for key in path:
            found = None if found is None else found.get(key)
        return found

    return value


COLUMNS = (
    Column("‖x − x̂‖², mean code", "{:.1f}", _score("squared_error")),
    Column("PSNR", "{:.1f} dB", _score("psnr")),
    Column("SSIM", "{:.3f}", _score("ssim")),
    Column("KL, nats", "{:.1f}", _score("kl")),
    Column("active units", "{:.0f}", _score("active_units")),
    Column("Gaussian TC, nats", "{:.3f}", _score("gaussian_total_correlation")),
    Column("attribute AUROC", "{:.3f}", _within("attributes", "means", "auroc"), always=False),
    Column("gap", "{:.3f}", _within("attributes", "means", "gap"), always=False),
    Column("leakage", "{:.3f}", _within("attributes", "means", "leakage"), always=False),
    Column("probe AUROC", "{:.3f}", _within("attributes", "means", "probe_auroc"), always=False),
    Column("MIG", "{:.2f}", _within("disentanglement", "scores", "mig"), always=False),
    Column("FactorVAE", "{:.2f}", _within("disentanglement", "scores", "factor_vae"), always=False),
    Column("beta-VAE score", "{:.2f}", _within("disentanglement", "scores", "beta_vae"), always=False),
    Column("DCI", "{:.2f}", _within("disentanglement", "scores", "dci_disentanglement"), always=False),
    Column("SAP", "{:.2f}", _within("disentanglement", "scores", "sap"), always=False),
    Column("modularity", "{:.2f}", _within("disentanglement", "scores", "modularity"), always=False),
    Column("FID, N(0, I)", "{:.1f}", _within("generation", "standard", "fid"), always=False),
    Column("FID, fitted prior", "{:.1f}", _within("generation", "fitted", "fid"), always=False),
)


def records(folders: Sequence[Path]) -> list[TrainingRecord]:
    """What is recorded in each folder, or in the folders inside it, by recipe and beta; of none, the bundled models'.

    Raises FileNotFoundError where there is no training.json.
    """
    if not folders:
        return [TrainingRecord.read(BUNDLED_FOLDER / name) for name in BUNDLED]
    return [record for folder in folders for record in _inside(folder)]


def _inside(folder: Path) -> list[TrainingRecord]:
    candidates = [folder, *(sorted(folder.iterdir()) if folder.is_dir() else [])]
    found = [TrainingRecord.read(place) for place in candidates if (place / RECORD).is_file()]
    if not found:
        raise FileNotFoundError(
            f"{folder} holds no {RECORD}, nor does a folder in it: table takes those of finished runs"
        )
    return sorted(found, key=_place)


def _place(record: TrainingRecord) -> tuple[int, float, int, int]:
    sizes = _size(record, "latent_dim"), _size(record, "seed")
    return *record.sort_key, *sizes


def _size(record: TrainingRecord, name: str) -> int:
    return int(record.settings.get(name, 0))


def render(found: Sequence[TrainingRecord]) -> str:
    """The table, a row a model. What else differs between the runs is said after their names."""
    columns = [column for column in COLUMNS if column.always or any(column.value(r) is not None for r in found)]
    differing = [name for name in ("latent_dim", "width", "seed") if len({_size(record, name) for record in found}) > 1]
    head = ["model", *(column.title for column in columns)]
    rows = [_line([_title(record, differing), *(_written(column, record) for column in columns)]) for record in found]
    return "\n".join([_line(head), "|" + "---|" * len(head), *rows])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _written(column: Column, record: TrainingRecord) -> str:
    value = column.value(record)
    return MISSING if value is None else column.form.format(value)


def _title(record: TrainingRecord, differing: Sequence[str]) -> str:
    titles = {
        "ae": "AE",
        "vae": "VAE",
        "beta-vae": f"β-VAE, β = {record.objective.kl:g}",
        "beta-tcvae": f"β-TCVAE, β = {record.objective.tc + 1:g}",
    }
    return ", ".join([titles[record.recipe], *(f"{name.split('_')[0]} {_size(record, name)}" for name in differing)])
