"""The whole batch's posteriors, gathered from all processes with their gradients."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd.function import once_differentiable

from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.total_correlation import Columns


def of_all_processes(posterior: DiagonalGaussian) -> Columns:
    """The posteriors of every process, in the order of the processes; all have as many.

    Each process backpropagates its own rows' loss into everyone's posteriors; what reaches one of them is the sum over
    the processes. With the mean over processes that follows for the weights, that is the gradient of the mean loss.
    """
    if not (dist.is_available() and dist.is_initialized()):
        return Columns(posterior)
    mean, logvar = _Gathered.apply(torch.stack(posterior, dim=1)).unbind(dim=1)
    return Columns(DiagonalGaussian(mean, logvar), dist.get_rank() * len(posterior.mean))


class _Gathered(torch.autograd.Function):
    """(R, ...) of each process -> (processes x R, ...), the same everywhere."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        ctx.rows = len(rows)
        parts = [torch.empty_like(rows) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, rows.contiguous())
        return torch.cat(parts)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> Tensor:
        total = outer.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total[dist.get_rank() * ctx.rows :][: ctx.rows]
