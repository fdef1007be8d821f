"""`score`: a row for each picture, where it stands among the validation pictures of a model's record."""

import csv
import sys
from io import StringIO
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import mse, unexplained_variance
from train.commands.score import Order, ScoreConfig
from train.data import cache, source
from train.data.cache import Faces
from train.data.pictures import DataError
from train.evaluation import inference
from train.model_folder import folder_of, load
from vae_models import Autoencoder
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.elbo import negative_elbo

SEED = 0  # of the codes that the expectation is over: as on the page, the same for every picture
UNEXPLAINED = "unexplained_variance"
RARE = 99.0  # percentile


class PictureScores(NamedTuple):
    """Of N pictures. Percentiles are among the validation pictures of the record, 0 to 100."""

    surprise: Tensor  # (N,) negative ELBO in nats, constant left out; of a point code the weighted distortion
    percentile: Tensor  # (N,)
    mse: Tensor  # (N,)
    unexplained: Tensor  # (N,) fraction of the picture's variance
    unexplained_percentile: Tensor  # (N,)


def run(config: ScoreConfig) -> str:
    """The rows as CSV, or where they were written. Raises DataError, and as `folder_of` does."""
    folder = folder_of(config.model, "score")
    record = TrainingRecord.read(folder)
    measure = _measure(record)
    faces = cache.load(
        source.find(config.data, None if config.split == "all" else config.split, config.crop), config.cache
    )
    found = scored(load(folder), faces, record)
    rows = table(faces, found, measure, config.sort)
    summary = _summary(faces, found)
    if config.output is None:
        print(summary, file=sys.stderr)
        return rows.rstrip("\n")
    config.output.write_text(rows)
    return f"{config.output}: {summary}"


def _measure(record: TrainingRecord) -> str:
    """What the record's first quantiles are of: the name of a column."""
    names = [name for name in record.typicality.get("quantiles", {}) if name != UNEXPLAINED]
    if not names:
        raise DataError("Its training.json has no quantiles of validation pictures: run evaluate on it first")
    return names[0]


@torch.inference_mode()
def scored(model: Autoencoder, faces: Faces, record: TrainingRecord) -> PictureScores:
    """Every picture's scores, which depend on no other picture. Raises DataError for pictures of other channels."""
    if faces.channels != model.config.channels:
        raise DataError(f"The model sees {model.config.channels} channels, the pictures have {faces.channels}")
    shape = (record.typicality["samples"], 1, model.config.latent_dim)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(SEED)).to(model.prior_mean)
    rows = []
    for _, x in inference.batches(faces, model):
        posterior = model.encode(x)
        bound = negative_elbo(model, x, posterior, objective=record.objective, noise=noise)
        reconstruction = model.decode(posterior.mean)
        rows.append([bound.total, mse(x, reconstruction), unexplained_variance(x, reconstruction)])
    surprise, error, unexplained = (torch.cat(column).cpu().double() for column in zip(*rows, strict=True))
    quantiles = record.typicality["quantiles"]
    return PictureScores(
        surprise,
        _percentile(surprise, quantiles[_measure(record)]),
        error,
        unexplained,
        _percentile(unexplained, quantiles[UNEXPLAINED]),
    )


def _percentile(values: Tensor, quantiles: list[float]) -> Tensor:
    return torch.from_numpy(np.interp(values.numpy(), quantiles, np.linspace(0, 100, len(quantiles))))


def table(faces: Faces, found: PictureScores, measure: str, order: Order) -> str:
    """A CSV row for each picture, then those that could not be read, with the reason."""
    stream = StringIO()
    names = ["name", measure, "percentile", "mse", UNEXPLAINED, "unexplained_percentile", "refused"]
    writer = csv.DictWriter(stream, names, lineterminator="\n", restval="")
    writer.writeheader()
    keys = {"data": torch.zeros(len(faces)), "negative-elbo": -found.surprise, "unexplained": -found.unexplained}
    for row in keys[order].argsort(stable=True).tolist():
        values = [f"{column[row].item():.6g}" for column in found]
        writer.writerow(dict(zip(names, [faces.names[row], *values], strict=False)))
    writer.writerows(_refusal(line) for line in faces.refused)
    return stream.getvalue()


def _refusal(line: str) -> dict[str, Any]:
    name, _, reason = line.partition(": ")
    return {"name": name, "refused": reason}


def _summary(faces: Faces, found: PictureScores) -> str:
    rare = int(((found.percentile >= RARE) | (found.unexplained_percentile >= RARE)).sum())
    refused = f", {len(faces.refused)} refused" if faces.refused else ""
    harder = f"{rare} are harder to explain than {RARE:.0f} of 100 validation pictures"
    return f"{len(faces)} pictures scored{refused}; {harder}"
