"""Command `score`: score single images by a model, to find images unlike the validation images."""

import csv
import math
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions
from train.errors import as_user_error, path_errors

if TYPE_CHECKING:  # these import torch, which takes seconds
    from train.data.pictures import Pictures
    from train.evaluation.outliers import OutlierScores

Order = Literal["data", "negative-elbo", "unexplained"]
RARE = 99.0  # percentile


@dataclass(frozen=True)
class ScoreConfig:
    """Score each picture by a model, as a CSV row: pictures unlike those it was trained on get high percentiles."""

    model: Positional[str]
    """Folder of the model, or its name on the Hub."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT")]
    """A folder or zip of pictures, CelebA's folder, or hub:NAME:SPLIT. Without --split all pictures are scored."""
    output: Path | None = None
    """The CSV file. Default: the rows are printed."""
    sort: Order = "data"
    """data: in the order of the pictures; negative-elbo, unexplained: highest first. Pose, light, background, glasses,
    blur and noise change both, and so does whom the training pictures show: they describe pictures, not people."""
    beta: float | None = None
    """Of one network for every beta: score by its model of this beta, without percentiles, which are recorded for beta
    1 alone. Default: 1."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def run(self) -> str:
        """Score the images; return the rows as CSV, or a summary if they are written to a file.

        Raises DataError as `load` does, and UserError as `model_folder.find` does.
        """
        from train.data.load import load  # late: these take seconds
        from train.evaluation.outliers import quantile_name, score_outliers
        from train.model_folder import find, load_at, to_device
        from vae_models.files.training_record import TrainingRecord

        folder = find(self.model, "score")
        with as_user_error(ValueError):
            record = TrainingRecord.read(folder)
        measure = quantile_name(record)
        pictures = load(self.data, self.options.choose_split("all"), self.options)
        scores = score_outliers(to_device(load_at(folder, self.beta)), pictures, record, self.beta)
        rows, summary = to_csv(pictures, scores, measure, self.sort), _summarize(pictures, scores)
        if self.output is None:
            print(summary, file=sys.stderr)
            return rows.rstrip("\n")
        with path_errors():
            self.output.write_text(rows, encoding="utf-8")
        return f"{self.output}: {summary}"


def to_csv(pictures: "Pictures", scores: "OutlierScores", measure: str, order: Order) -> str:
    """Format a CSV row for each image, then one for each file that could not be read, with the reason.

    `measure` is the title of the first score.
    """
    names, rejected = _names(pictures)
    stream = StringIO()
    columns = ["name", measure, "percentile", "mse", "unexplained_variance", "unexplained_percentile", "refused"]
    writer = csv.DictWriter(stream, columns, lineterminator="\n", restval="")
    writer.writeheader()
    keys = {"negative-elbo": scores.negative_elbo, "unexplained": scores.unexplained_variance}
    rows = range(len(pictures)) if order == "data" else keys[order].argsort(descending=True, stable=True).tolist()
    for row in rows:
        values = [_format(column[row].item()) for column in scores]
        writer.writerow(dict(zip(columns, [names[row], *values], strict=False)))
    for line in rejected:
        name, _, reason = line.partition(": ")
        writer.writerow({"name": name, "refused": reason})
    return stream.getvalue()


def _format(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6g}"


def _names(pictures: "Pictures") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the images' names, or their numbers if they are drawn, and the lines about rejected files."""
    from train.data.cache import CachedImages
    from train.data.pictures import printable

    if isinstance(pictures, CachedImages):
        return tuple(map(printable, pictures.names)), pictures.rejected
    return tuple(str(row) for row in range(len(pictures))), ()


def _summarize(pictures: "Pictures", scores: "OutlierScores") -> str:
    rare = int(((scores.percentile >= RARE) | (scores.unexplained_percentile >= RARE)).sum())
    rejected = len(_names(pictures)[1])
    refused = f", {rejected} refused" if rejected else ""
    harder = f"{rare} are harder to explain than {RARE:.0f} of 100 validation pictures"
    if scores.percentile.isnan().any():
        harder = "no percentiles: they are recorded for beta 1 alone"
    return f"{len(pictures)} pictures scored{refused}; {harder}"
