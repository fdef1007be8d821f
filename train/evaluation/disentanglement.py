"""`disentangle`: how separately a model's dimensions carry known factors."""

import math
from dataclasses import replace
from typing import Any

import torch
from torch import Generator, Tensor

from metrics.disentanglement import (
    beta_vae_score,
    dci,
    factor_vae_score,
    full_grid,
    information,
    mig,
    modularity,
    sap,
)
from train.commands.disentangle import DisentangleConfig
from train.data.load import load, name_of
from train.data.pictures import DataError, Pictures
from train.data.reading import Reading
from train.evaluation import inference
from train.evaluation.inference import Codes
from train.finished import require_finished
from train.model_card import card
from train.model_folder import load as load_model
from vae_models.files.training_record import TrainingRecord

BINS = 100  # of samples: more than any factor has values, and no wider than posteriors are
COARSE = 20  # of means, as Locatello et al. 2019 have them
VOTES = {"samples": 64, "train": 10_000, "held_out": 5_000}  # of the two classifier scores
TRAIN, HELD_OUT, TREES = 10_000, 5_000, 100  # of DCI; where there are fewer pictures, a third is held out
ACTIVE = 0.01  # variance of the mean code (Burda et al. 2016); the others' means say what no decoder sees
CATEGORY = "shape"  # in the name of a factor whose values have no order
SETTINGS = {
    "mig": {"codes": "one sample of each posterior", "bins": BINS},
    "mig_of_means": {"codes": "means", "bins": COARSE},
    "modularity": {"codes": "means", "bins": COARSE},
    "classifier_scores": {"codes": "means", **VOTES},
}


def update(config: DisentangleConfig) -> TrainingRecord:
    """Encode every picture, score, and put that into the folder's training.json and card.

    Raises FileNotFoundError where there is no finished model, DataError for pictures without factors, ValueError where
    they are not every combination of them.
    """
    require_finished(config.model, "disentangle")
    record = TrainingRecord.read(config.model)
    pictures = load(config.data, None, Reading())
    names, factors = _factors(pictures)
    model = load_model(config.model)
    if model.config.channels != pictures.channels:
        raise DataError(f"The model sees {model.config.channels} channels, the pictures have {pictures.channels}")
    codes = inference.encode(model, pictures)
    entry = {
        "data": {"name": name_of(config.data), **pictures.described},
        **scored(codes, factors, names, seed=config.seed),
    }
    updated = replace(record, disentanglement=entry)
    updated.write(config.model)
    card.write(config.model)
    return updated


def _factors(pictures: Pictures) -> tuple[tuple[str, ...], Tensor]:
    """Names and values (N, F) of those that change."""
    if pictures.factors is None:
        raise DataError(
            "These pictures' factors are not known: disentangle takes sprites; evaluate --attributes, faces"
        )
    kept = [k for k, size in enumerate(pictures.factor_sizes) if size > 1]
    return tuple(pictures.factor_names[k] for k in kept), torch.from_numpy(pictures.factors[:, kept])


def scored(codes: Codes, factors: Tensor, names: tuple[str, ...], *, seed: int) -> dict[str, Any]:
    """What training.json keeps under `disentanglement`, plain JSON: null for what a model does not have.

    Of mean codes, those of inactive dimensions set to 0, but for MIG, which is of one sample of each posterior (Chen et
    al. 2018); `mig_of_means` is the variant of Locatello et al. (2019).
    """
    active = _active(codes)
    mean = torch.where(active, codes.mean, 0.0)
    categorical = {k for k, name in enumerate(names) if CATEGORY in name}
    generator = Generator().manual_seed(seed)
    grid, coarse = full_grid(mean, factors), information(mean, factors, bins=COARSE)
    gaps = mig(information(codes.drawn(seed), factors, bins=BINS))
    separated = sap(mean, factors, categorical=categorical, generator=generator)
    held_out = min(HELD_OUT, len(mean) // 3)
    rows = {"train": min(TRAIN, len(mean) - held_out), "held_out": held_out, "trees": TREES}
    parts = dci(mean, factors, categorical=categorical, generator=generator, **rows)
    modular = modularity(coarse)
    ordered = [k for k in range(len(names)) if k not in categorical]
    return {
        "n": len(mean),
        "scores": {
            "mig": gaps.mean().item(),
            "mig_without_categories": gaps[ordered].mean().item() if ordered else None,
            "mig_of_means": mig(coarse).mean().item(),
            "factor_vae": factor_vae_score(grid, generator=generator, **VOTES),
            "beta_vae": beta_vae_score(grid, generator=generator, **VOTES),
            "dci_disentanglement": parts.disentanglement,
            "dci_completeness": parts.completeness,
            "dci_informativeness": parts.informativeness,
            "sap": separated.mean().item(),
            "modularity": None if math.isnan(modular.value) else modular.value,
        },
        "by_factor": {
            name: {"mig": gaps[k].item(), "sap": separated[k].item(), "informativeness": parts.by_factor[k].item()}
            for k, name in enumerate(names)
        },
        "settings": {
            "seed": seed,
            "active_dimensions": active.nonzero()[:, 0].tolist(),
            "categories": [names[k] for k in sorted(categorical)],
            **SETTINGS,
            "dci": {"codes": "means", "predictor": "gradient boosted trees of depth 3", **rows},
        },
        "no_modularity": modular.reason,
    }


def _active(codes: Codes) -> Tensor:
    """(D,) of truth values; a point code's scale is free, so its dimensions all are."""
    if codes.logvar is None:
        return torch.ones(codes.mean.shape[1], dtype=torch.bool)
    return codes.mean.var(dim=0, correction=0) > ACTIVE


def render(record: TrainingRecord) -> str:
    """One line a score, then one a factor."""
    entry = record.disentanglement or {}
    about, settings = entry["data"], entry["settings"]
    lines = [
        f"{record.recipe} on {about['name']}: {entry['n']} pictures, "
        f"{len(settings['active_dimensions'])} active dimensions, seed {settings['seed']}"
    ]
    lines += [f"  {name.replace('_', ' '):<28}{_shown(value)}" for name, value in entry["scores"].items()]
    if entry["no_modularity"]:
        lines.append(f"  no modularity: {entry['no_modularity']}")
    lines.append("  factor".ljust(30) + "MIG     SAP     informativeness")
    for name, found in entry["by_factor"].items():
        numbers = (found["mig"], found["sap"], found["informativeness"])
        lines.append(f"  {name:<28}" + "   ".join(f"{number:.3f}" for number in numbers))
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
