"""What a step number decides: the learning rate and the pictures of the batch."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from train.config import TrainConfig


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """The rate of step 0 <= step < steps: a linear warm-up, then constant or a cosine down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - config.warmup_steps) / max(1, steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def batch_rows(config: TrainConfig, step: int, pictures: int) -> NDArray[np.int64]:
    """The pictures of the global batch of a step: each epoch has its own order, drawn from seed and epoch alone, so a
    resumed run needs no memory of it. The last, unfilled batch of an epoch is left out. (batch_size,)
    """
    epoch, position = divmod(step, pictures // config.batch_size)
    return _order(config.seed, epoch, pictures)[position * config.batch_size :][: config.batch_size]


@lru_cache(maxsize=1)  # one epoch's order serves all its steps
def _order(seed: int, epoch: int, pictures: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, epoch]).permutation(pictures)
