"""What a data set's codes say about a model: active units, and the total correlation in closed form and by sampling."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from vae_models.distributions import DiagonalGaussian

CHUNK = 2**18  # densities at a time, 2 MB a buffer: large enough for vectors, small enough for the cache


def active_units(mean: Tensor, threshold: float = 0.01) -> int:
    """Dimensions with Cov_x(E[z|x]) > threshold (Burda et al. 2016, section 5.2).

    mean: (N, D). The threshold is in units of the prior's variance: for a point code, whose scale is free, the count
    says nothing.
    """
    return int((mean.double().var(dim=0, correction=0) > threshold).sum())


def gaussian_total_correlation(mean: Tensor, logvar: Tensor | None) -> float:
    """TC of the Gaussian that has the aggregated posterior's covariance C: (sum_j log C_jj - log det C) / 2 (Watanabe
    1960, for Gaussians), which is -log det / 2 of its correlation matrix.

    mean, logvar: (N, D), C = Cov[mean] + diag E[exp logvar]; logvar None for point codes, C = Cov[mean]. nats.
    A singular C gives infinity: point codes of N <= D pictures, or with a dimension that is constant or a linear
    function of others.
    """
    covariance = torch.atleast_2d(torch.cov(mean.double().T, correction=0))
    if logvar is not None:
        covariance = covariance + torch.diag(logvar.double().exp().mean(dim=0))
    scale = covariance.diagonal().sqrt()
    # of a singular matrix rounding leaves a deviation or an eigenvalue about this far from 0
    eps = torch.finfo(torch.float64).eps
    if (scale <= 8 * eps * mean.double().abs().amax(dim=0)).any():
        return math.inf
    eigenvalues = torch.linalg.eigvalsh(covariance / torch.outer(scale, scale))  # ascending
    if eigenvalues[0] <= len(scale) * eps * eigenvalues[-1]:
        return math.inf
    return -0.5 * eigenvalues.log().sum().item()


class Decomposition(NamedTuple):
    """KL[q(z|x) || p(z)], averaged over a data set, in three parts that add up to it; nats."""

    mutual_information: float  # KL[q(z, x) || q(z) p(x)]: never above log n
    total_correlation: float  # KL[q(z) || prod_j q(z_j)]
    dimension_wise_kl: float  # sum_j KL[q(z_j) || p(z_j)]
    kl: float  # of the same samples
    samples: int  # of z
    n: int  # posteriors in the aggregate
    log_n: float
    saturated: bool  # mutual_information > log_n - 1: what it lacks is booked as total correlation


def decompose(posterior: DiagonalGaussian, *, samples: int, generator: Generator, chunk: int = CHUNK) -> Decomposition:
    """E_x KL[q(z|x) || p(z)] = MI + TC + dimension-wise KL (Chen et al. 2018, eq. 2), with q(z) the mixture of all N
    posteriors.

    posterior: (N, D), the whole data set, on the generator's device. The outer mean is over `samples` codes, each
    drawn from its own posterior, every picture equally often as far as that goes. Computed in float64. Raises
    ValueError where there is no sample or no posterior.
    """
    q = DiagonalGaussian(posterior.mean.double(), posterior.logvar.double())
    n = len(q.mean)
    if samples < 1 or n < 1:
        raise ValueError(f"samples={samples} of n={n} posteriors: a decomposition needs at least one of each")
    order = torch.randperm(n, generator=generator, device=q.mean.device)
    rows = order[torch.arange(samples, device=order.device) % n]
    own = DiagonalGaussian(q.mean[rows], q.logvar[rows])
    z = own.sample(generator)
    log_conditional = own.log_prob(z).sum(dim=1)
    log_joint, log_marginals = log_aggregated(z, q, chunk)
    log_product = log_marginals.sum(dim=1)
    log_prior = DiagonalGaussian(torch.zeros_like(z), torch.zeros_like(z)).log_prob(z).sum(dim=1)
    information = (log_conditional - log_joint).mean().item()
    return Decomposition(
        mutual_information=information,
        total_correlation=(log_joint - log_product).mean().item(),
        dimension_wise_kl=(log_product - log_prior).mean().item(),
        kl=(log_conditional - log_prior).mean().item(),
        samples=samples,
        n=n,
        log_n=math.log(n),
        saturated=information > math.log(n) - 1,
    )


def log_aggregated(z: Tensor, posterior: DiagonalGaussian, chunk: int = CHUNK) -> tuple[Tensor, Tensor]:
    """Log q(z) and log q(z_j) of the aggregated posterior q(z) = 1/N sum_n q(z|x_n) (Hoffman & Johnson 2016).

    z: (S, D), posterior: (N, D) -> (S,) and (S, D) nats. At a time it holds about six buffers of max(chunk, N)
    numbers, whatever S and D: 12 MB up to N = 262,144.
    """
    n = len(posterior.mean)
    dimensions = [DiagonalGaussian(*pair) for pair in zip(*(t.T.contiguous() for t in posterior), strict=True)]
    joints: list[Tensor] = []
    marginals: list[Tensor] = []
    for part in z.split(max(1, chunk // n)):
        log_joint = part.new_zeros(len(part), n)
        columns: list[Tensor] = []
        for z_j, q_j in zip(part.T, dimensions, strict=True):
            log_q = q_j.log_prob(z_j[:, None])  # (S', N): row s, z_s; column n, q(z_j|x_n)
            columns.append(torch.logsumexp(log_q, dim=1))
            log_joint += log_q
        joints.append(torch.logsumexp(log_joint, dim=1))
        marginals.append(torch.stack(columns, dim=1))
    return torch.cat(joints) - math.log(n), torch.cat(marginals) - math.log(n)
