"""Command `evaluate`: score a finished model again, on the same images or on others."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions, Split
from train.errors import UserError, as_user_error

if TYPE_CHECKING:  # these import torch, which takes seconds
    from train.data.pictures import Pictures
    from vae_models import Autoencoder
    from vae_models.files.training_record import TrainingRecord


@dataclass(frozen=True)
class EvaluateConfig:
    """Score a finished model again. Rewrites its training.json, densities.json and card; the weights stay."""

    model: Positional[Path]
    """Folder of the model."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT|sprites")]
    """CelebA's folder, a folder or zip of pictures, hub:NAME:SPLIT, or the word sprites. Without --split the validation
    part is scored: CelebA's own, otherwise a fixed random 5 %."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen
    attributes: Path | None = None
    """CSV file of labels, with image_id and a column for each attribute: scores how well, and how separately, codes
    predict them."""
    training: Path | None = None
    """Labelled pictures on which dimensions are chosen and probes trained. Default: the training part of --data."""
    identities: Path | None = None
    """CSV file with image_id and identity, or CelebA's identity_CelebA.txt, which is found beside the data by itself:
    intervals are over people then. Over pictures they are too narrow."""
    importance_samples: int | None = None
    """Codes per picture for the importance-weighted bound on log p(x). Each of them is decoded."""
    beta: float | None = None
    """For one network for every beta: print the scores at this beta, and leave all files as they are. Default: beta 1,
    whose scores are recorded."""
    fid: bool = False
    """Compute FID and KID of samples. The first time, the Inception network's weights (95 MB) are downloaded."""

    def run(self) -> str:
        """Evaluate and return the scores as text. Raises UserError for impossible settings."""
        if self.attributes and self.training is None and self.options.choose_split("val") != "val":
            raise UserError(
                "--attributes needs training pictures other than those that are scored: name them by --training, "
                "or leave --split out"
            )
        if self.training and not self.attributes:
            raise UserError("--training is for --attributes, which is missing")
        if self.identities and not self.attributes:
            raise UserError("--identities is for the intervals of --attributes, which is missing")
        if self.importance_samples is not None and self.importance_samples < 1:
            raise UserError(f"importance_samples={self.importance_samples}: it must be at least 1")
        from train.evaluation import text_report  # late: it takes seconds

        return text_report.format_scores(evaluate(self))


def evaluate(config: EvaluateConfig) -> "TrainingRecord":
    """Measure a finished model on other images, or again; update training.json, densities.json and the card.

    With --beta it only measures. Raises UserError if the folder has no finished model, and as `load_at` does.
    """
    from train.data.load import describe, load
    from train.evaluation import densities, inference, summary
    from train.model_card import card
    from train.model_folder import load_at, require_finished, to_device
    from vae_models.files.training_record import TrainingRecord

    folder = config.model
    require_finished(folder, "evaluate")
    with as_user_error(ValueError):
        record = TrainingRecord.read(folder)
    pictures = load(config.data, config.options.choose_split("val"), config.options)
    model = to_device(load_at(folder, config.beta))
    inference.require_channels(model, pictures)
    optional_scores, entries = optional_metrics(config, model, pictures, record)  # first: labels may be missing
    objective = record.objective_at(config.beta)
    scores = inference.score(model, pictures, objective)
    measured = summary.summarize(model, scores, objective)
    measured.scores.update(optional_scores)
    data = {**record.data, "validation": describe(config.data, pictures)}
    updated = replace(record, objective=objective, data=data, **measured._asdict(), **entries)
    if config.beta is not None:
        return updated
    densities.write_densities(folder, scores.codes.mean, updated)
    updated.write(folder)
    card.write(folder)
    return updated


def optional_metrics(
    config: EvaluateConfig, model: "Autoencoder", pictures: "Pictures", record: "TrainingRecord"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Compute the optional metrics of `evaluate`: attribute scores, FID/KID, importance-weighted bound.

    Returns additions to the record's `scores`, and entries of the record by name. Raises UserError if labels, images or
    the Inception network are missing.
    """
    from train.data.load import describe
    from train.evaluation import fid, inference

    entries: dict[str, Any] = {}
    if config.attributes:
        entries |= _score_codes(config, config.attributes, model, pictures)
    if config.fid:
        distances = fid.compute_fid_kid(model, pictures, fid.inception())
        entries["generation"] = {"data": describe(config.data, pictures), **distances}
    if not config.importance_samples:
        return {}, entries
    samples = config.importance_samples
    bound = inference.importance_weighted(model, pictures, record.objective, samples)
    return {"negative_importance_weighted_bound": bound, "importance_samples": samples}, entries


def _score_codes(config: EvaluateConfig, labels: Path, model: "Autoencoder", pictures: "Pictures") -> dict[str, Any]:
    from train.data.celeba import has_own_splits
    from train.data.load import describe, load
    from train.evaluation.attributes import score_codes
    from train.evaluation.people import load_people

    path = config.training or config.data
    split: Split = "train" if config.training is None or has_own_splits(Path(path), config.options) else "all"
    training = load(path, split, config.options)
    if Path(path).resolve() == Path(config.data).resolve():
        _require_disjoint(training, pictures)
    data = {"choosing": describe(path, training), "held_out": describe(config.data, pictures)}
    people = load_people(config.identities, config.data, training, pictures)
    scores = score_codes(model, training, pictures, labels, people)
    return {name: {"data": data, **entry} for name, entry in scores._asdict().items()}


def _require_disjoint(training: "Pictures", scored: "Pictures") -> None:
    """Raise DataError if images of the same folder would both choose probes and be scored."""
    from train.data.cache import CachedImages
    from train.data.pictures import DataError

    if isinstance(training, CachedImages) and isinstance(scored, CachedImages):
        shared = set(training.names) & set(scored.names)
        if shared:
            raise DataError(
                f"{len(shared)} pictures would choose probes and be scored by them: name others by --training"
            )
