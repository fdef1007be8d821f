"""Disentanglement scores of a model on images whose factors of variation are known."""

import math
from typing import Any

import torch
from torch import Generator, Tensor

from metrics.disentanglement import (
    beta_vae_score,
    dci,
    factor_vae_score,
    full_grid,
    mig,
    modularity,
    mutual_information,
    sap,
)
from train.data.pictures import DataError, Pictures
from train.errors import as_user_error
from train.evaluation.inference import Codes

BINS = 100  # for sampled codes: more bins than any factor has values, and none wider than the posteriors
COARSE_BINS = 20  # for mean codes, as in Locatello et al. 2019
VOTES = {"samples": 64, "train": 10_000, "held_out": 5_000}  # of the two classifier scores
TRAIN, HELD_OUT, TREES = 10_000, 5_000, 100  # of DCI; with fewer images, a third is held out
ACTIVE = 0.01  # variance of the mean code (Burda et al. 2016); decoders ignore the other dimensions
CATEGORY = "shape"  # in the name of a factor whose values have no order
SETTINGS = {
    "mig": {"codes": "one sample of each posterior", "bins": BINS},
    "mig_of_means": {"codes": "means", "bins": COARSE_BINS},
    "modularity": {"codes": "means", "bins": COARSE_BINS},
    "classifier_scores": {"codes": "means", **VOTES},
}


def varying_factors(pictures: Pictures) -> tuple[tuple[str, ...], Tensor]:
    """Return names (F) and values (N, F) of the factors that vary.

    Raises DataError if the factors are not known, or if fewer than two vary.
    """
    if pictures.factors is None:
        raise DataError(
            "The factors of these pictures are not known: disentangle scores sprites; evaluate --attributes, faces"
        )
    kept = [k for k, size in enumerate(pictures.factor_sizes) if size > 1]
    if len(kept) < 2:
        raise DataError("disentangle needs pictures in which at least two factors vary")
    return tuple(pictures.factor_names[k] for k in kept), torch.from_numpy(pictures.factors[:, kept])


def score_disentanglement(codes: Codes, factors: Tensor, names: tuple[str, ...], *, seed: int) -> dict[str, Any]:
    """Compute the disentanglement scores stored in training.json, as plain JSON; null for undefined scores.

    Scores are of mean codes with inactive dimensions set to 0, except MIG, which is of one sample of each posterior
    (Chen et al. 2018); `mig_of_means` is the variant of Locatello et al. (2019). Raises UserError if the images are
    not every combination of the factors.
    """
    active = _active_dimensions(codes)
    mean = torch.where(active, codes.mean, 0.0)
    categorical = {k for k, name in enumerate(names) if CATEGORY in name}
    generator = Generator().manual_seed(seed)
    with as_user_error(ValueError):
        grid = full_grid(mean, factors)
    coarse = mutual_information(mean, factors, bins=COARSE_BINS)
    gaps = mig(mutual_information(codes.sample(seed), factors, bins=BINS))
    saps = sap(mean, factors, categorical=categorical, generator=generator)
    held_out = min(HELD_OUT, len(mean) // 3)
    rows = {"train": min(TRAIN, len(mean) - held_out), "held_out": held_out, "trees": TREES}
    dci_scores = dci(mean, factors, categorical=categorical, generator=generator, **rows)
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
            "dci_disentanglement": dci_scores.disentanglement,
            "dci_completeness": dci_scores.completeness,
            "dci_informativeness": dci_scores.informativeness,
            "sap": saps.mean().item(),
            "modularity": None if math.isnan(modular.value) else modular.value,
        },
        "by_factor": {
            name: {"mig": gaps[k].item(), "sap": saps[k].item(), "informativeness": dci_scores.by_factor[k].item()}
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


def _active_dimensions(codes: Codes) -> Tensor:
    """Return (D,) booleans; all true for point codes, whose scale is free."""
    if codes.logvar is None:
        return torch.ones(codes.mean.shape[1], dtype=torch.bool)
    return codes.mean.var(dim=0, correction=0) > ACTIVE
