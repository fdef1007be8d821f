"""Command `claims`: measure what the report claims of its models by eye."""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions
from train.errors import UserError, as_user_error, path_errors
from vae_models.files.names import WEIGHTS

if TYPE_CHECKING:  # these import torch, which takes seconds
    from collections.abc import Sequence

    from torch import Tensor

    from metrics.estimate import Measure
    from train.claims.reference import Measures, Reference
    from train.claims.seeds import Model
    from train.data.load import Splits
    from vae_models.hub.pull import Pulled

BUNDLED = (Path("bundled"),)
REAL = "training faces"  # title of the column of real images


@dataclass(frozen=True)
class ClaimsConfig:
    """Measure what the report claims of its models by eye. Prints a Markdown table and writes the numbers."""

    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT")]
    """Validation pictures: all of a folder, zip or hub:NAME:SPLIT; CelebA's folder has its own validation split."""
    training: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT")]
    """Training pictures: the scores of real pictures and, with --attributes, the choice of dimensions and probes."""
    models: Positional[tuple[Path, ...]] = BUNDLED
    """Folders of models, or folders of such folders. Default: the bundled models."""
    attributes: Path | None = None
    """CSV file of the pictures' labels, for models whose training.json has no attribute scores yet."""
    identities: Path | None = None
    """CSV file with image_id and identity, or CelebA's identity_CelebA.txt, which is found beside the data by itself:
    intervals are over people then. Over pictures they are too narrow."""
    output: Path = Path("claims.json")
    """File for the numbers."""
    count: int = 2000
    """Samples of each prior, and training pictures to compare them with."""
    pairs: int = 500
    """Pairs of validation pictures to join by straight lines."""
    steps: int = 16
    """Steps of each line."""
    seed: int = 0
    """Seed of the samples, of the pairs, and of the choice of training pictures."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def __post_init__(self) -> None:
        if self.count < 2:
            raise UserError(f"count={self.count}: differences between pictures need at least two")
        if self.pairs < 4:
            raise UserError(f"pairs={self.pairs}: a correlation with an interval needs at least four")
        if self.steps < 2 or self.steps % 2:
            raise UserError(f"steps={self.steps}: use an even number, so that one picture is the middle of the line")

    def run(self) -> str:
        """Measure the models, write the numbers, and return the table. Raises UserError as `pull` and `load_splits` do.

        Raises DataError for too few images, and for images of other channels than a model's.
        """
        from tqdm import tqdm  # late: these take seconds

        from train.claims import seeds, table
        from train.claims.recorded_scores import other_family_at_equal_distortion
        from train.claims.reference import build_reference, compare_to_real
        from train.data.load import load_splits
        from train.evaluation.inference import require_channels
        from train.evaluation.people import describe_people, load_people
        from vae_models.hub.pull import pull

        with as_user_error(ValueError, FileNotFoundError):
            loaded = pull(*(str(folder) for folder in self.models))
            models = loaded.require_all()
        splits = load_splits(self.training, self.data, self.options)
        for pulled in models:
            require_channels(pulled.model, splits.validation)
        people = load_people(self.identities, self.data, *splits)
        real = build_reference(*splits, count=self.count, seed=self.seed, people=people)
        measures = [
            _measure(pulled, splits, real, self, people) for pulled in tqdm(models, desc="claims", unit=" models")
        ]
        families = [pulled.record.family for pulled in models]
        others = other_family_at_equal_distortion(families, [pulled.record.seed for pulled in models], measures)
        columns = [{**own, **other} for own, other in zip(measures, others, strict=True)]
        comparison = compare_to_real(real.training, real, self.seed, real.training_people)
        faces = {f"standard_{name}": value for name, value in comparison.items()}
        content = {
            **_describe(splits, real, self),
            "faces": _to_json(faces),
            "models": {
                pulled.name: {**_describe_model(pulled), "measures": _to_json(column)}
                for pulled, column in zip(models, columns, strict=True)
            },
        }
        with path_errors():
            self.output.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        text = table.render([REAL, *(pulled.name for pulled in models)], [faces, *columns])
        left_out = [f"{dial.name} was left out: the claims are of models of one beta" for dial in loaded.dials]
        note = "\n".join([describe_people(_count(real.people), len(real.validation)), *left_out])
        by_seed = seeds.render_seeds([_to_model(*pair) for pair in zip(models, columns, strict=True)])
        return "\n\n".join(part for part in (text, by_seed, note) if part)


def _measure(
    pulled: "Pulled", splits: "Splits", real: "Reference", config: ClaimsConfig, people: "Sequence[Tensor] | None"
) -> "Measures":
    from train.claims.recorded_scores import recorded_measures
    from train.claims.samples import measure_images
    from train.evaluation.attributes import score_codes, score_dependence
    from train.evaluation.inference import encode

    attributes = pulled.record.attributes
    if attributes is None and config.attributes is not None:
        attributes, entry = score_codes(pulled.model, *splits, config.attributes, people)
        dependence = entry["held_out"]
    else:
        codes = encode(pulled.model, splits.validation)
        dependence = score_dependence(codes, None if people is None else people[1])
    images = measure_images(
        pulled.model, real, count=config.count, pairs=config.pairs, steps=config.steps, seed=config.seed
    )
    return {**images, **recorded_measures(pulled.record, attributes, dependence)}


def _describe_model(pulled: "Pulled") -> dict[str, Any]:
    """Return what tells a model from others, its weights included: a number belongs to these alone."""
    assert pulled.folder is not None, "models are read from folders"
    digest = hashlib.sha256((pulled.folder / WEIGHTS).read_bytes()).hexdigest()
    record = pulled.record
    return {"recipe": record.recipe, "beta": record.beta, "seed": record.settings.get("seed"), "weights": digest}


def _to_model(pulled: "Pulled", measures: "Measures") -> "Model":
    from train.claims.seeds import Model

    record = pulled.record
    settings = {**record.effective_settings, "steps": record.steps, "training": record.data.get("training")}
    settings.pop("seed", None)
    return Model(record.title, record.family, record.seed, settings, measures)


def _count(people: "Tensor | None") -> int | None:
    return None if people is None else len(people.unique())


def _describe(splits: "Splits", real: "Reference", config: ClaimsConfig) -> dict[str, Any]:
    from train.claims.reference import COMPONENTS, RESAMPLES
    from train.data.load import describe
    from train.evaluation.people import describe_intervals

    return {
        "data": {
            "training": describe(config.training, splits.training),
            "validation": describe(config.data, splits.validation),
        },
        "samples": config.count,
        "training_pictures": len(real.training),
        "pairs": min(config.pairs, len(real.validation) // 2),
        "steps": config.steps,
        "seed": config.seed,
        "features": {"principal_components": COMPONENTS, "share_of_variance": real.components.share},
        "resamples": RESAMPLES,
        "intervals": {"level": "95 %", **describe_intervals(real.people, len(real.validation))},
    }


def _to_json(measures: "Measures") -> dict[str, Any]:
    """Return plain JSON; null for unknown measures and intervals."""
    return {name: _entry(value) for name, value in sorted(measures.items())}


def _entry(measure: "Measure | None") -> dict[str, Any] | None:
    if measure is None or math.isnan(measure.value):
        return None
    return {"value": measure.value, "interval": None if measure.interval is None else list(measure.interval)}
