"""Learning rate and batch of a step, as functions of the step number."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from train.config import TrainConfig


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """Return the rate of step 0 <= step < steps: a linear warm-up, then constant or a cosine down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - config.warmup_steps) / max(1, steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


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
