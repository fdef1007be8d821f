"""Posteriors of the global batch, of which each process computes a part."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd.function import once_differentiable

from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.total_correlation import GlobalPosterior


def all_gather_posteriors(posterior: DiagonalGaussian) -> GlobalPosterior:
    """Gather the posteriors of all processes, in the order of their ranks, with gradients.

    Every process must have the same number of rows. Each process backpropagates the loss of its own rows into all
    posteriors; the gradient of a posterior is the sum over the processes. Averaging the weights' gradients over the
    processes, as DistributedDataParallel does, then gives the gradient of the mean loss.
    """
    if not (dist.is_available() and dist.is_initialized()):
        return GlobalPosterior(posterior)
    mean, logvar = _AllGather.apply(torch.stack(posterior, dim=1)).unbind(dim=1)
    return GlobalPosterior(DiagonalGaussian(mean, logvar), dist.get_rank() * len(posterior.mean))


class _AllGather(torch.autograd.Function):
    """All-gather of (R, ...) from each process into (processes x R, ...).

    torch.distributed.nn.functional.all_gather is deprecated as of torch 2.14, and its successor is private.
    """

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        """Gather the rows of all processes."""
        ctx.rows = len(rows)
        parts = [torch.empty_like(rows) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, rows.contiguous())
        return torch.cat(parts)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> Tensor:
        """Sum the gradients of all processes and keep those of this process's rows."""
        total = outer.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total[dist.get_rank() * ctx.rows :][: ctx.rows]
