"""E[log q(z) - sum_d log q(z_d)] of a mixture of Gaussians and its gradient, in one pass and little memory.

The densities of R codes under C posteriors are R x C x D numbers, 537 MB in float32 at R = C = 2048 and D = 32, of
which automatic differentiation keeps several. Here some rows at a time are made, used and overwritten. The result is a
scalar, so its gradient is known as soon as a row's densities are: the forward pass computes it, the backward pass
multiplies. Distances stay differences that are squared: z^2 - 2 z mean + mean^2 would be a matrix product, and lose
three digits.
"""

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from vae_models.distributions import DiagonalGaussian

BUFFERS = 5  # of the workspace: differences, log densities, responsibilities, two sums
CHUNK = {"cpu": 2**18, "cuda": 2**22}  # densities at a time: what a core's cache holds; enough to fill a GPU


class Gradient(NamedTuple):
    """Of the ratio, by its three arguments."""

    z: Tensor  # (R, D)
    mean: Tensor  # (C, D)
    logvar: Tensor  # (C, D)


class _Components(NamedTuple):
    """The mixture's Gaussians, dimensions first so that sums over components run along the memory. (D, 1, C)"""

    mean: Tensor
    scale: Tensor  # 1 / sqrt(2 variance)
    peak: Tensor  # log density at the mean


def mean_log_ratio(z: Tensor, posterior: DiagonalGaussian, log_weights: Tensor) -> Tensor:
    """1/R sum_i [log sum_j w_ij q_j(z_i) - sum_d log sum_j w_ij q_j(z_id)], q_j = N(mean_j, diag exp logvar_j). ()

    z: (R, D); posterior: (C, D); log_weights: () or (R, C), taken as constants. Differentiable once. Computes in
    float32 at least, autocast or not. Its memory is that of `BUFFERS` times CHUNK or C x D numbers, whichever is
    more, and of what is as large as the arguments.
    """
    dtype = torch.promote_types(z.dtype, torch.float32)
    mean, logvar = (part.to(dtype) for part in posterior)
    if log_weights.dim():
        return _MeanLogRatio.apply(z.to(dtype), mean, logvar, log_weights.to(dtype))
    return _MeanLogRatio.apply(z.to(dtype), mean, logvar, None) + (1 - z.shape[1]) * log_weights


class _MeanLogRatio(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, z: Tensor, mean: Tensor, logvar: Tensor, log_weights: Tensor | None) -> Tensor:
        value, gradient = _all_rows(z, DiagonalGaussian(mean, logvar), log_weights)
        ctx.save_for_backward(*gradient)
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        z, mean, logvar = ctx.saved_tensors
        return outer * z, outer * mean, outer * logvar, None


def _all_rows(z: Tensor, posterior: DiagonalGaussian, log_weights: Tensor | None) -> tuple[Tensor, Gradient]:
    """The ratio and its gradient, some rows at a time."""
    (rows, dim), count = z.shape, len(posterior.mean)
    components = _components(posterior)
    at_once = min(rows, max(1, CHUNK["cpu" if z.device.type == "cpu" else "cuda"] // (count * dim)))
    work = z.new_empty(BUFFERS, dim, at_once, count)
    work[3:] = 0
    codes, by_code = z.T.contiguous(), torch.empty_like(z.T, memory_format=torch.contiguous_format)  # (D, R)
    value = z.new_zeros(())
    for first in range(0, rows, at_once):
        part = slice(first, first + at_once)
        weights = None if log_weights is None else log_weights[part]
        some = codes[:, part, None]
        ratio, by_code[:, part] = _some_rows(some, components, weights, work[:, :, : some.shape[1]])
        value += ratio
    by_mean, by_logvar = work[3:].sum(dim=2)  # (D, C)
    by_mean *= 2 * components.scale[:, 0]
    return value / rows, Gradient(by_code.T / rows, by_mean.T / rows, by_logvar.T / rows)


def _components(posterior: DiagonalGaussian) -> _Components:
    mean, logvar = (part.T.contiguous()[:, None] for part in posterior)
    return _Components(mean, torch.exp(-0.5 * logvar).mul_(math.sqrt(0.5)), -0.5 * (logvar + math.log(2 * math.pi)))


def _some_rows(z: Tensor, components: _Components, log_weights: Tensor | None, work: Tensor) -> tuple[Tensor, Tensor]:
    """The ratio summed over the rows of `z` (D, r, 1), and its gradient by them (D, r); adds to the last two buffers
    of `work` (5, D, r, C) what their sums over r make the gradients by mean and logvar.
    """
    u, log_q, responsibility, by_mean, by_logvar = work
    torch.sub(z, components.mean, out=u).mul_(components.scale)
    torch.addcmul(components.peak, u, u, value=-1, out=log_q)  # log q_j(z_id)
    log_joint = log_q.sum(dim=0)
    if log_weights is not None:
        log_joint += log_weights
        log_q += log_weights
    joint = torch.softmax(log_joint, dim=1)
    torch.softmax(log_q, dim=2, out=responsibility)
    ratio = _logsumexp(log_joint, joint).sum() - _logsumexp(log_q, responsibility).sum()
    by_log_q = torch.sub(joint, responsibility, out=responsibility)
    by_logvar.add_(by_log_q, alpha=-0.5)
    by_log_q *= u
    by_mean += by_log_q
    by_logvar.addcmul_(by_log_q, u)
    by_log_q *= components.scale
    return ratio, by_log_q.sum(dim=2).mul_(-2)


def _logsumexp(values: Tensor, softmax: Tensor) -> Tensor:
    """Over the last dimension, where the softmax is known already: its largest entry is exp(max - logsumexp)."""
    return values.amax(dim=-1) - softmax.amax(dim=-1).log()
