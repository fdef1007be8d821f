"""The record of the tab Models: scores, origins, code to load a model, the check by group, and citations."""

from collections.abc import Sequence
from typing import Any

from pages import citations
from pages.numbers import list_numbers
from vae_models import group_errors
from vae_models.catalogue import DIALS, RECIPES
from vae_models.config import HALVINGS
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Loaded, Pulled, PulledDial
from vae_models.hub.source import SOURCES, Failure, Origin

SCORES = (  # of training.json, in the order of the table
    "squared_error",
    "psnr",
    "ssim",
    "kl",
    "negative_elbo",
    "active_units",
    "gaussian_total_correlation",
)

CURVE = ("beta", "distortion", "squared_error", "kl", "active_units", "gaussian_total_correlation")  # of a dial
EXAMPLE_BETA = 5  # at which the code on the page opens a dial

OF_THE_LOSS = ("beta", "tc_estimator")  # settings


def describe(loaded: Loaded) -> dict[str, Any]:
    """Describe the loaded models and dials, the sources that failed, the check by group, and the works to cite."""
    celeba = any(pulled.record.is_celeba for pulled in loaded.with_dials)
    return {
        "recipes": {name: recipe.title for name, recipe in RECIPES.items()},
        "models": {pulled.name: _describe_model(pulled) for pulled in loaded.models},
        "dials": {dial.name: _describe_dial(dial) for dial in loaded.dials},
        "onlyLossDiffers": only_loss_differs([pulled.record for pulled in loaded.models]),
        "failures": _group_failures(loaded.failures),
        "celeba": celeba,
        "groups": _describe_groups() if celeba else None,
        "works": [work._asdict() for work in citations.list_works()],
        "bibtex": citations.write_bibtex(),
    }


def only_loss_differs(records: Sequence[TrainingRecord]) -> bool:
    """Check that several models were trained on the same data, for as long and with the same settings."""
    runs = [
        (
            record.data,
            record.steps,
            {k: value for k, value in record.effective_settings.items() if k not in OF_THE_LOSS},
        )
        for record in records
    ]
    return len(runs) > 1 and all(run == runs[0] for run in runs)


def _describe_model(pulled: Pulled) -> dict[str, Any]:
    record = pulled.record
    objective, probes = record.objective, (record.attributes or {}).get("by_attribute", {})
    return {
        "recipe": record.recipe,
        "objective": {
            "distortion": objective.distortion,
            "weight": objective.distortion_weight,
            "kl": objective.kl,
            "tc": objective.tc,
        },
        "scores": {name: record.scores.get(name) for name in SCORES},
        "inUse": sum(number.in_use for number in list_numbers(pulled)),
        "found": len(pulled.names.directions) if probes else None,
        "probed": len(probes) or None,
        "facts": _describe_training(pulled),
        "origin": _describe_origin(pulled.origin),
        "load": write_load(pulled),
    }


def _describe_dial(dial: PulledDial) -> dict[str, Any]:
    """Describe one network for every beta: its curve instead of scores, and no loss, which depends on beta."""
    pulled = dial.at_one
    record = pulled.record
    return {
        "recipe": record.recipe,
        "base": DIALS[record.recipe].base,
        "curve": None if record.curve is None else {name: record.curve[name] for name in CURVE},
        "facts": _describe_training(pulled),
        "origin": _describe_origin(pulled.origin),
        "load": write_load(pulled, at=min(EXAMPLE_BETA, dial.dial.config.highest_beta)),
    }


def _describe_training(pulled: Pulled) -> dict[str, Any]:
    """Return what a model was trained on and how; the page says once what is the same for all models."""
    record, config = pulled.record, pulled.model.config
    training, validation = record.data.get("training", {}), record.data.get("validation", {})
    return {
        "data": _name_data(record),
        "training": training.get("pictures"),
        "validation": validation.get("pictures"),
        "steps": record.steps,
        "batch": record.settings.get("batch_size"),
        "imagesSeen": record.images_seen,
        "parameters": record.parameters,
        "convolutions": HALVINGS,
        "latents": config.latent_dim,
        "values": config.channels * config.image_size**2,
        "distortion": record.objective.distortion,
        "weight": record.objective.distortion_weight,
    }


def _name_data(record: TrainingRecord) -> str | None:
    """Return the note on the data, or the name of its file if there is none."""
    name = record.data.get("note") or record.data.get("training", {}).get("name")
    return str(name) if name else None


def _describe_origin(origin: Origin) -> dict[str, str | None]:
    return {
        "source": origin.source,
        "where": SOURCES[origin.source],
        "repository": origin.repository,
        "commit": origin.commit,
    }


def _group_failures(failures: tuple[Failure, ...]) -> list[dict[str, Any]]:
    """Return the failures, those of one source and one reason together."""
    names: dict[tuple[str, str], list[str]] = {}
    for name, origin, reason in failures:
        names.setdefault((SOURCES[origin.source], reason), []).append(name)
    return [{"names": several, "where": where, "reason": reason} for (where, reason), several in names.items()]


def _describe_groups() -> dict[str, Any]:
    """Return the check of the bundled weights on other faces, by group."""
    return {
        "data": group_errors.DATA,
        "chips": group_errors.CHIPS,
        "ages": group_errors.AGES,
        "counted": group_errors.COUNTED,
        "middle": group_errors.MIDDLE,
        "imagesSeen": group_errors.IMAGES_SEEN,
        "unexplained": group_errors.UNEXPLAINED,
    }


def write_load(pulled: Pulled, at: float | None = None) -> str:
    """Write the two lines of Python that load a model, or a dial's model at a beta."""
    origin = pulled.origin
    if origin.repository:
        revision = f', revision="{origin.commit}"' if origin.commit else ""
        argument = f'"{origin.repository}"{revision}'
    else:
        argument = f'"assets/weights/{pulled.name}"' if origin.source == "bundled" else f'"{pulled.name}"'
    if at is None:
        return f"from vae_models import Autoencoder\nmodel = Autoencoder.from_pretrained({argument})"
    return f"from vae_models import Dial\nmodel = Dial.from_pretrained({argument}).at({at:g})"
