"""Command `disentangle`: score how separately a model's dimensions encode known factors."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions
from train.errors import as_user_error, require_package

if TYPE_CHECKING:  # imports torch, which takes seconds
    from vae_models.files.training_record import TrainingRecord


@dataclass(frozen=True)
class DisentangleConfig:
    """Score how separately a finished model's dimensions encode known factors. Updates its training.json.

    One network for every beta is scored at beta 1.
    """

    model: Positional[Path]
    """Folder of the model."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="sprites|PATH")] = "sprites"
    """Pictures of every combination of known factors: the word sprites, or a file of such pictures."""
    cache: Path | None = None
    """Folder for decoded images. Default: the user's cache folder."""
    seed: int = 0
    """Seed of the sampled codes and of the predictors."""
    beta: float | None = None
    """For one network for every beta: print the scores at this beta, and leave all files as they are."""

    def run(self) -> str:
        """Score the model and return the scores as text. Raises UserError if scikit-learn is not installed."""
        require_package("sklearn", command="disentangle", pip="scikit-learn")
        from train.evaluation import text_report  # late: it takes seconds

        return text_report.format_disentanglement(disentangle(self))


def disentangle(config: DisentangleConfig) -> "TrainingRecord":
    """Encode every image, score the codes, and update training.json and the card. With --beta it only scores.

    Raises UserError if the folder has no finished model, and DataError for images whose factors are not known or not
    in every combination.
    """
    from train.data.load import describe, load
    from train.evaluation import inference
    from train.evaluation.disentanglement import score_disentanglement, varying_factors
    from train.model_card import card
    from train.model_folder import load_at, require_finished, to_device
    from vae_models.files.training_record import TrainingRecord

    require_finished(config.model, "disentangle")
    with as_user_error(ValueError):
        record = TrainingRecord.read(config.model)
    pictures = load(config.data, "all", DataOptions(cache=config.cache))
    names, factors = varying_factors(pictures)
    model = to_device(load_at(config.model, config.beta))
    inference.require_channels(model, pictures)
    codes = inference.encode(model, pictures)
    scores = score_disentanglement(codes, factors, names, seed=config.seed)
    updated = replace(record, disentanglement={"data": describe(config.data, pictures), **scores})
    if config.beta is not None:
        return updated
    updated.write(config.model)
    card.write(config.model)
    return updated
