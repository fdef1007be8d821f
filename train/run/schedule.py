"""Learning rate, images, betas and previews of a step, as functions of the step number."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from torch.optim import Optimizer

from train.config import TrainConfig
from vae_models.catalogue import DialRecipe

MOST_PREVIEWS = 50  # of a run: on a GPU an epoch may take a second
GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples, modulo 1, are spread most evenly


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """Return the rate of step 0 <= step < steps: a linear warm-up, then constant or a cosine down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - config.warmup_steps) / max(1, steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def set_learning_rate(optimizer: Optimizer, rate: float) -> None:
    """Give every group of weights the learning rate, times its own `rate_factor` if it has one."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group.get("rate_factor", 1.0)


def preview_due(done: int, steps: int, period: int) -> bool:
    """Decide whether previews are drawn once `done` of all `steps` are done.

    They are drawn at the ends of periods of so many steps: of all, or of MOST_PREVIEWS that are spread evenly. The last
    step ends a period, too. The choice depends on nothing else, so a resumed run keeps it.
    """
    if done < steps and done % period:
        return False
    number, periods = math.ceil(done / period), math.ceil(steps / period)
    return number * MOST_PREVIEWS // periods > (number - 1) * MOST_PREVIEWS // periods


def batch_rows(config: TrainConfig, step: int, images: int) -> NDArray[np.int64]:
    """Choose the images of the global batch of a step. Returns their rows, (batch_size,).

    Each epoch has its own order, which depends only on the seed and the epoch, so a resumed run has no order to
    restore. An incomplete batch at the end of an epoch is left out.
    """
    epoch, position = divmod(step, images // config.batch_size)
    return _order(config.seed, epoch, images)[position * config.batch_size :][: config.batch_size]


@lru_cache(maxsize=1)  # one epoch's order serves all its steps
def _order(seed: int, epoch: int, images: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, epoch]).permutation(images)


def batch_betas(dial: DialRecipe, config: TrainConfig, step: int, steps: int) -> NDArray[np.float32]:
    """Draw the betas of the global batch of a step, one for each image. Returns (batch_size,).

    They depend on the seed, the step and the number of steps alone, so a resumed run and any number of processes draw
    the same. `DialRecipe` says how.
    """
    generator = np.random.default_rng([config.seed, step, 1])  # 1: not the numbers that order the images
    top = _log_highest(dial, step, steps)
    ones, tops = round(dial.at_one * config.batch_size), round(dial.at_top * config.batch_size)
    strata = config.batch_size - ones
    log_betas = np.zeros(config.batch_size)
    log_betas[ones:] = (np.arange(strata) + generator.random()) / strata * top
    if tops:
        log_betas[-tops:] = top  # instead of the highest strata
    return np.exp(generator.permutation(log_betas)).astype(np.float32)


def step_beta(dial: DialRecipe, config: TrainConfig, step: int, steps: int) -> float:
    """Draw the one beta of a step. It depends on what those of `batch_betas` depend on.

    Any run of successive steps covers the dial evenly: BatchNorm's statistics are averages over such a run.
    """
    start = np.random.default_rng([config.seed, 1]).random()
    place = (start + step * GOLDEN) % 1
    top = _log_highest(dial, step, steps)
    if place < dial.at_one:
        return 1.0
    return math.exp(top if place >= 1 - dial.at_top else (place - dial.at_one) / (1 - dial.at_one) * top)


def _log_highest(dial: DialRecipe, step: int, steps: int) -> float:
    done = (step + 1) / steps
    return math.log(dial.highest_beta) * min(1.0, max(0.0, done - dial.opens) / (dial.open - dial.opens))
