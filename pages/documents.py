"""The documents that the page draws from: JSON made from the records of the loaded models.

`models.json` is fetched with the page and stays small; the others are fetched by the tabs that need them.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from pages.about import describe
from pages.facts import list_facts
from pages.features import FEATURES, TONE, Feature
from pages.numbers import list_numbers
from pages.stops import Records, find_sentence
from pages.titles import list_differences
from vae_models.catalogue import DIALS
from vae_models.files.latent_names import Name
from vae_models.files.names import DECODER, DENSITIES, ENCODER, FILM
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Loaded, Pulled, PulledDial

DIGITS = 5  # significant, of numbers in a document
CURVE = ("beta", "squared_error", "kl", "active_units")  # of training.json
FILES = (ENCODER, DECODER, DENSITIES, FILM)  # of a model's folder, which the page fetches


def address(pulled: Pulled, file: str) -> str | None:
    """Return the address of a file of a model's folder, relative to the page; None if there is no such file."""
    exists = pulled.folder is not None and (pulled.folder / file).is_file()
    return f"models/{quote(pulled.name)}/{file}" if exists else None


def count_bytes(pulled: Pulled) -> dict[str, int]:
    """Return the sizes of a model's networks, so that the page can say how much it will load."""
    files = {name.partition(".")[0]: name for name in (ENCODER, DECODER) if address(pulled, name)}
    return {kind: (pulled.folder / name).stat().st_size for kind, name in files.items() if pulled.folder}


def models(loaded: Loaded, *, server: bool = True) -> bytes:
    """Write models.json: the models in the order of the page, with averages, numbers, features and sentence, and dials.

    `server` says whether the app's endpoints answer beside the page; a static site has none.
    """
    records: Records = {(one.record.family, one.record.beta): one.record for one in loaded.models}
    return _write(
        {
            "features": [
                {"key": feature.key, "name": feature.name, "low": feature.low, "high": feature.high}
                for feature in FEATURES
            ],
            "models": [_model(pulled, records) for pulled in loaded.models],
            "dials": [_dial(pulled) for pulled in loaded.dials],
            "facts": list_facts(loaded),
            "missing": list(loaded.missing),
            "server": server,
            "celeba": any(pulled.record.is_celeba for pulled in loaded.with_dials),
        }
    )


def _model(pulled: Pulled, records: Records) -> dict[str, Any]:
    record, config, names = pulled.record, pulled.model.config, pulled.names
    price, features = find_sentence(records, (record.family, record.beta))
    return {
        "name": pulled.name,
        "title": ", ".join([record.title, *list_differences(pulled)]),
        "differs": list_differences(pulled),
        "family": record.family,
        "beta": record.beta,
        "stochastic": config.stochastic,
        "latents": config.latent_dim,
        "channels": config.channels,
        **{file.partition(".")[0]: address(pulled, file) for file in FILES},
        "bytes": count_bytes(pulled),
        "typicality": _typicality(record),
        "error": record.scores.get("squared_error"),
        "information": record.scores.get("kl"),
        **_code(pulled),
        "found": len(names.directions) if record.attributes else None,
        "price": price,
        "sentence": features,
    }


def _dial(pulled: PulledDial) -> dict[str, Any]:
    """Describe one network for every beta; the numbers are those of its codes at beta 1."""
    config, at_one = pulled.dial.config, pulled.at_one
    return {
        "name": pulled.name,
        "title": ", ".join([at_one.record.title, *list_differences(at_one)]),
        "base": DIALS[at_one.record.recipe].base,
        "latents": config.latent_dim,
        "channels": config.channels,
        "highest": config.highest_beta,
        **{file.partition(".")[0]: address(at_one, file) for file in FILES},
        "bytes": count_bytes(at_one),
        "curve": _curve(at_one.record),
        **_code(at_one),
    }


def _curve(record: TrainingRecord) -> dict[str, Any] | None:
    """Return what the page draws of a dial's curve; None if it was not measured."""
    return None if record.curve is None else {name: record.curve[name] for name in CURVE}


def _code(pulled: Pulled) -> dict[str, Any]:
    """Describe the numbers of a model's code, and the features that it shows."""
    numbers = list_numbers(pulled)
    return {
        "order": [number.index for number in numbers],
        "strengths": [number.strength for number in numbers],
        "inUse": sum(number.in_use for number in numbers),
        "used": [number.index for number in numbers if number.in_use],
        "kept": [feature.key for feature in FEATURES if feature.key in pulled.names.directions],
    }


def _typicality(record: TrainingRecord) -> dict[str, Any] | None:
    """Return the quantiles that pictures are compared with photographs by; None for all models but a VAE with them."""
    facts = record.typicality
    if record.family != "vae" or not facts.get("quantiles"):
        return None
    objective = record.objective
    return {
        "samples": facts["samples"],
        "weight": objective.distortion_weight,
        "distortion": objective.distortion,
        "quantiles": facts["quantiles"],
        "celeba": record.is_validated_on_celeba,
    }


def explore(loaded: Loaded) -> bytes:
    """Write explore.json: of each model its numbers, the directions of features, and what else moves with each.

    Those of a dial are of beta 1.
    """
    return _write({pulled.name: _directions(pulled) for pulled in loaded.with_dials})


def _directions(pulled: Pulled) -> dict[str, Any]:
    names, record = pulled.names, pulled.record
    probes = (record.attributes or {}).get("by_attribute", {})
    called = {one.index: one for one in names.dimensions}
    return {
        "numbers": [asdict(number) | _name_number(called.get(number.index)) for number in list_numbers(pulled)],
        "mean": pulled.model.prior_mean.tolist(),
        "directions": {
            feature.key: _direction(pulled, feature) for feature in FEATURES if feature.key in names.directions
        },
        "probes": {
            feature.key: probes[feature.label]["probe_auroc"] for feature in FEATURES if feature.label in probes
        },
        "single": {
            feature.key: {
                "index": best.index,
                "auroc": best.auroc,
                "rises": best.grows is not feature.opposite,
            }
            for feature in FEATURES
            if (best := names.best.get(feature.key))
        },
    }


def _name_number(name: Name | None) -> dict[str, str | None]:
    """Name a number after the feature that it shows, with both ends of its slider; nothing for any other number."""
    feature = next((one for one in (*FEATURES, TONE) if name and one.label == name.attribute), None)
    if name is None or feature is None:
        return {"name": None}
    falls = name.name.endswith("-") is not feature.opposite
    left, right = (feature.high, feature.low) if falls else (feature.low, feature.high)
    return {"name": feature.name, "left": left, "right": right}


def _direction(pulled: Pulled, feature: Feature) -> dict[str, Any]:
    found, effects = pulled.names.directions[feature.key], pulled.names.effects
    sign = -1.0 if feature.opposite else 1.0
    step = [sign * found.per_logit * part for part in found.direction]
    return {"step": step, "also": _side_effects(effects.changes.get(feature.key, {}) if effects else {}, feature)}


def _side_effects(changes: dict[str, tuple[float, float, float]], moved: Feature) -> list[tuple[str, float]]:
    """List the other features that a step changes measurably, the largest change first: key and change."""
    others = {feature.key: feature for feature in FEATURES if feature.key != moved.key}
    found: list[tuple[str, float]] = []
    for key, (change, low, high) in changes.items():
        if key in others and low * high > 0:
            flipped = others[key].opposite is not moved.opposite
            found.append((key, -change if flipped else change))
    return sorted(found, key=lambda pair: -abs(pair[1]))[:6]


def priors(loaded: Loaded) -> bytes:
    """Write priors.json: of each model the fitted Gaussian's mean and the rows of its lower triangle."""
    return _write(
        {
            pulled.name: {
                "mean": pulled.model.prior_mean.tolist(),
                "scale": [row[: i + 1] for i, row in enumerate(pulled.model.prior_scale.tolist())],
            }
            for pulled in loaded.models
        }
    )


def about(loaded: Loaded) -> bytes:
    """Write about.json: scores as they are recorded, origins, code to load each model, and citations."""
    return _dump(describe(loaded))


def _write(content: dict[str, Any]) -> bytes:
    return _dump(_round(content))


def _dump(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _round(value: Any) -> Any:
    """Round every float of nested lists and dictionaries to `DIGITS` significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _round(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_round(one) for one in value]
    return value


DOCUMENTS: dict[str, Callable[[Loaded], bytes]] = {
    "models.json": models,
    "explore.json": explore,
    "priors.json": priors,
    "about.json": about,
}
