"""`claims`: from models' folders and faces to numbers."""

import json
import math
from typing import Any

from tqdm import tqdm

from metrics.estimate import Measure
from train.claims import recorded_scores, table
from train.claims.reference import COMPONENTS, RESAMPLES, Measures, Reality, compared, reality
from train.claims.samples import made
from train.commands.claims import ClaimsConfig
from train.commands.evaluate import EvaluateConfig
from train.data.load import Splits, load_splits, name_of
from train.data.pictures import DataError
from train.evaluation import inference, requested
from vae_models.hub.pull import Pulled, pull

REAL = "training faces"


def run(config: ClaimsConfig) -> str:
    """Measure, write the numbers; the table. Raises FileNotFoundError where there is no model, DataError for pictures
    that are not there, too few, or of other channels than a model's.
    """
    models = pull(*(str(folder) for folder in config.models)).all_of_them()
    splits = load_splits(config.training, config.data, config.reading())
    _require_channels(models, splits)
    real = reality(splits, config)
    found = [_measured(pulled, splits, real, config) for pulled in tqdm(models, desc="claims", unit=" models")]
    others = recorded_scores.rivals([pulled.record.recipe for pulled in models], found)
    columns = [{**own, **rival} for own, rival in zip(found, others, strict=True)]
    faces = {f"standard_{name}": value for name, value in compared(real.training, real, config.seed).items()}
    names = [pulled.name for pulled in models]
    facts = {
        **_about(splits, real, config),
        "faces": _plain(faces),
        "models": {
            pulled.name: {"recipe": pulled.record.recipe, "beta": pulled.record.beta, "measures": _plain(column)}
            for pulled, column in zip(models, columns, strict=True)
        },
    }
    config.output.write_text(json.dumps(facts, indent=1, allow_nan=False) + "\n")
    return table.render([REAL, *names], [faces, *columns])


def _require_channels(models: tuple[Pulled, ...], splits: Splits) -> None:
    for pulled in models:
        if pulled.model.config.channels != splits.validation.channels:
            raise DataError(
                f"{pulled.name} sees {pulled.model.config.channels} channels, the pictures have "
                f"{splits.validation.channels}"
            )


def _measured(pulled: Pulled, splits: Splits, real: Reality, config: ClaimsConfig) -> Measures:
    attributes = pulled.record.attributes or _attributes(pulled, splits, config)
    codes = inference.encode(pulled.model, splits.validation)
    return {**made(pulled.model, real, config), **recorded_scores.recorded(pulled.record, attributes, codes)}


def _attributes(pulled: Pulled, splits: Splits, config: ClaimsConfig) -> dict[str, Any] | None:
    """As `evaluate --attributes` has them, where labels are given."""
    if config.attributes is None or pulled.folder is None:
        return None
    asked = EvaluateConfig(
        pulled.folder,
        config.data,
        crop=config.crop,
        cache=config.cache,
        attributes=config.attributes,
        training=config.training,
    )
    return requested.requested(asked, pulled.model, splits.validation, pulled.record.objective).entries["attributes"]


def _about(splits: Splits, real: Reality, config: ClaimsConfig) -> dict[str, Any]:
    return {
        "data": {
            "training": {"name": name_of(config.training), **splits.training.described},
            "validation": {"name": name_of(config.data), **splits.validation.described},
        },
        "samples": config.count,
        "training_pictures": len(real.training),
        "pairs": min(config.pairs, len(real.faces) // 2),
        "steps": config.steps,
        "seed": config.seed,
        "features": {"principal_components": COMPONENTS, "share_of_variance": real.principal.share},
        "resamples": RESAMPLES,
        "intervals": "95 %",
    }


def _plain(measures: Measures) -> dict[str, Any]:
    """Plain JSON; null for what is not there, and for an interval that is not known."""
    return {name: _entry(found) for name, found in sorted(measures.items())}


def _entry(found: Measure | None) -> dict[str, Any] | None:
    if found is None or math.isnan(found.value):
        return None
    return {"value": found.value, "interval": None if found.interval is None else list(found.interval)}
