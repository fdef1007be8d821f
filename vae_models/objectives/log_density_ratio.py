"""E[log q(z) - sum_d log q(z_d)] of a mixture of Gaussians and its gradient, in one pass and little memory.

The densities of R codes under C posteriors are R x C x D numbers: 537 MB in float32 at R = C = 2048 and D = 32, and
automatic differentiation keeps several such tensors. Here the rows are processed in chunks that reuse one workspace.
The result is a scalar, so the forward pass can compute the gradient from the densities of a chunk before it overwrites
them; the backward pass only multiplies. Distances are computed as squared differences: z^2 - 2 z mean + mean^2 would be
a matrix product, and lose three digits.
"""

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from vae_models.distributions import DiagonalGaussian

BUFFERS = 5  # of the workspace: differences, log densities, responsibilities, two sums
CHUNK = {"cpu": 2**18, "cuda": 2**22}  # densities at a time: as many as fit a core's cache, or fill a GPU


class Gradient(NamedTuple):
    """Gradient of the mean log ratio by its three arguments."""

    z: Tensor  # (R, D)
    mean: Tensor  # (C, D)
    logvar: Tensor  # (C, D)


class _Components(NamedTuple):
    """Gaussians of the mixture, all (D, 1, C): dimensions first, so that sums over components run along the memory."""

    mean: Tensor
    scale: Tensor  # 1 / sqrt(2 variance)
    peak: Tensor  # log density at the mean


def mean_log_ratio(z: Tensor, posterior: DiagonalGaussian, log_weights: Tensor) -> Tensor:
    """Compute the mean log ratio of a mixture's joint density to the product of its marginal densities.

        1/R sum_i [log sum_j w_ij q_j(z_i) - sum_d log sum_j w_ij q_j(z_id)],    q_j = N(mean_j, diag exp logvar_j)

    It computes in float32 or better, under autocast too. Besides tensors as large as its arguments it needs memory for
    `BUFFERS` times CHUNK or C x D numbers, whichever is more.

    Args:
        z: codes (R, D).
        posterior: components of the mixture (C, D).
        log_weights: log w, () or (R, C), treated as constants.

    Returns:
        () nats, differentiable once.
    """
    dtype = torch.promote_types(z.dtype, torch.float32)
    mean, logvar = (part.to(dtype) for part in posterior)
    if log_weights.dim():
        return _MeanLogRatio.apply(z.to(dtype), mean, logvar, log_weights.to(dtype))
    return _MeanLogRatio.apply(z.to(dtype), mean, logvar, None) + (1 - z.shape[1]) * log_weights


class _MeanLogRatio(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, z: Tensor, mean: Tensor, logvar: Tensor, log_weights: Tensor | None) -> Tensor:
        value, gradient = _sum_chunks(z, DiagonalGaussian(mean, logvar), log_weights)
        ctx.save_for_backward(*gradient)
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        z, mean, logvar = ctx.saved_tensors
        return outer * z, outer * mean, outer * logvar, None


def _sum_chunks(z: Tensor, posterior: DiagonalGaussian, log_weights: Tensor | None) -> tuple[Tensor, Gradient]:
    """Compute the mean log ratio and its gradient, chunk by chunk."""
    (rows, dim), count = z.shape, len(posterior.mean)
    components = _components(posterior)
    chunk = min(rows, max(1, CHUNK["cpu" if z.device.type == "cpu" else "cuda"] // (count * dim)))
    work = z.new_empty(BUFFERS, dim, chunk, count)
    work[3:] = 0
    codes, by_code = z.T.contiguous(), torch.empty_like(z.T, memory_format=torch.contiguous_format)  # (D, R)
    value = z.new_zeros(())
    for first in range(0, rows, chunk):
        part = slice(first, first + chunk)
        weights = None if log_weights is None else log_weights[part]
        z_chunk = codes[:, part, None]
        ratio, by_code[:, part] = _process_chunk(z_chunk, components, weights, work[:, :, : z_chunk.shape[1]])
        value += ratio
    by_mean, by_logvar = work[3:].sum(dim=2)  # (D, C)
    by_mean *= 2 * components.scale[:, 0]
    return value / rows, Gradient(by_code.T / rows, by_mean.T / rows, by_logvar.T / rows)


def _components(posterior: DiagonalGaussian) -> _Components:
    mean, logvar = (part.T.contiguous()[:, None] for part in posterior)
    return _Components(mean, torch.exp(-0.5 * logvar).mul_(math.sqrt(0.5)), -0.5 * (logvar + math.log(2 * math.pi)))


def _process_chunk(
    z: Tensor, components: _Components, log_weights: Tensor | None, work: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute the log ratio summed over the r rows of a chunk, and its gradient by their codes.

    The last two buffers of the workspace accumulate the gradients by mean (without the factor 2 x scale) and by logvar;
    the caller sums them over r.

    Args:
        z: (D, r, 1).
        components: the mixture.
        log_weights: (r, C), or None for a constant.
        work: workspace (5, D, r, C).

    Returns:
        The sum (), and its gradient (D, r).
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
    """Compute logsumexp over the last dimension from the softmax, whose largest entry is exp(max - logsumexp)."""
    return values.amax(dim=-1) - softmax.amax(dim=-1).log()
