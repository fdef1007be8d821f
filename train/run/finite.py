"""NaN and infinity end a run before they are saved."""

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from train.run import checkpoint
from train.run.metrics_log import MetricsFile, NotFinite


def require(metrics: MetricsFile, model: nn.Module, optimizer: torch.optim.Optimizer, folder: Path, done: int) -> None:
    """Raise FloatingPointError naming the first step that went wrong, and the checkpoint of `folder` before it."""
    wrong = metrics.not_finite()
    if wrong is None and not all_finite([*model.state_dict().values(), *_moments(optimizer)]):
        wrong = NotFinite(done, "a weight", math.nan)
    if wrong:
        raise FloatingPointError(
            f"{wrong.term} is {wrong.value} at step {wrong.step}: {checkpoint.advice(folder)}; "
            "if that fails again, start in another --output with a lower --learning-rate"
        )


def _moments(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    values = [value for entry in optimizer.state.values() for value in entry.values()]
    return [value for value in values if isinstance(value, Tensor)]


def all_finite(tensors: list[Tensor]) -> bool:
    """Whether no number in them is NaN or infinite."""
    floating = [value for value in tensors if value.is_floating_point()]
    # the largest magnitude: a sum of squares can overflow without either
    return bool(torch.nn.utils.get_total_norm(floating, norm_type=math.inf).isfinite())
