"""What the Models tab shows: scores, origins, code to load a model, limits, terms and citations."""

from typing import Any

from pages.citations import write_bibtex
from pages.numbers import list_numbers
from vae_models.group_errors import UNEXPLAINED
from vae_models.hub.pull import Loaded, Pulled
from vae_models.hub.source import SOURCES

SCORES = {  # name in the document -> name in the record
    "error": "squared_error",
    "psnr": "psnr",
    "ssim": "ssim",
    "information": "kl",
    "negativeElbo": "negative_elbo",
    "overlap": "gaussian_total_correlation",
}


def describe(loaded: Loaded) -> dict[str, Any]:
    """Describe the loaded models, and those that could not be loaded."""
    return {
        "models": {pulled.name: _describe_model(pulled) for pulled in loaded.models},
        "shared": _shared_facts(loaded.models),
        "failures": [[failure.name, SOURCES[failure.origin.source], failure.reason] for failure in loaded.failures],
        "groups": _group_errors(loaded.models),
        "celeba": any(pulled.record.is_celeba for pulled in loaded.models),
        "bibtex": write_bibtex(),
    }


def _describe_model(pulled: Pulled) -> dict[str, Any]:
    record = pulled.record
    return {
        "scores": {name: record.scores.get(key) for name, key in SCORES.items()},
        "inUse": sum(number.in_use for number in list_numbers(pulled)),
        "found": len(pulled.names.directions) if record.attributes else None,
        "origin": str(pulled.origin),
        "objective": {
            "kl": record.objective.kl,
            "tc": record.objective.tc,
            "weight": record.objective.distortion_weight,
        },
        "distortion": record.objective.distortion,
        "load": write_load(pulled),
        "validation": record.data.get("validation", {}).get("pictures"),
    }


def _shared_facts(models: tuple[Pulled, ...]) -> dict[str, Any]:
    """Return the facts of the training that are the same for all models; those that differ are left out."""
    facts = [
        {
            "latents": pulled.model.config.latent_dim,
            "training": pulled.record.data.get("training", {}).get("pictures"),
            "validation": pulled.record.data.get("validation", {}).get("pictures"),
            "steps": pulled.record.steps,
            "batch": pulled.record.settings.get("batch_size"),
            "weight": pulled.record.objective.distortion_weight,
        }
        for pulled in models
    ]
    return {name: value for name, value in facts[0].items() if all(one[name] == value for one in facts)}


def _group_errors(models: tuple[Pulled, ...]) -> dict[str, dict[str, float]]:
    """Return the recorded shares of variance left unexplained, by group, of those models that are loaded."""
    titles = {pulled.record.title for pulled in models if pulled.record.is_celeba}
    return {title: shares for title, shares in UNEXPLAINED.items() if title in titles}


def write_load(pulled: Pulled) -> str:
    """Write the two lines of Python that load a model."""
    origin = pulled.origin
    if origin.repository:
        argument = f'"{origin.repository}", revision="{origin.commit}"'
    else:
        argument = f'"assets/weights/{pulled.name}"' if origin.source == "bundled" else f'"{pulled.name}"'
    return f"from vae_models import Autoencoder\nmodel = Autoencoder.from_pretrained({argument})"
