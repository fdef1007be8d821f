"""Statistics of a data set's codes: active units, total correlation in closed form, and the ELBO's decomposition."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from metrics.estimate import Measure, jackknife, split_clusters
from metrics.finite import require_finite
from vae_models.distributions import DiagonalGaussian

CHUNK = 2**18  # densities at a time, 2 MB a buffer: large enough for vectors, small enough for the cache
PERMUTATIONS = 20
GROUPS = 100  # of clusters, left out in turn by the jackknife


def active_units(mean: Tensor, threshold: float = 0.01) -> int:
    """Count the dimensions with Cov_x(E[z|x]) > threshold (Burda et al. 2016, section 5.2).

    Args:
        mean: mean codes (N, D).
        threshold: in units of the prior's variance. Point codes have an arbitrary scale: their count means nothing.

    Raises:
        ValueError: if a code is NaN or infinite.
    """
    require_finite("codes", mean)
    return int((mean.double().var(dim=0, correction=0) > threshold).sum())


def gaussian_total_correlation(mean: Tensor, logvar: Tensor | None) -> float:
    """Compute the TC of a Gaussian with the aggregated posterior's covariance C (Watanabe 1960).

        (sum_j log C_jj - log det C) / 2,    C = Cov[mean] + diag E[exp logvar]

    which is -log det / 2 of the correlation matrix.

    Args:
        mean: (N, D).
        logvar: (N, D), or None for point codes: C = Cov[mean].

    Returns:
        Nats. Infinity if C is singular: for point codes of N <= D images, or with a dimension that is constant or a
        linear function of others. NaN if C is not finite.
    """
    covariance = torch.atleast_2d(torch.cov(mean.double().T, correction=0))
    if logvar is not None:
        covariance = covariance + torch.diag(logvar.double().exp().mean(dim=0))
    if not covariance.isfinite().all():
        return math.nan
    scale = covariance.diagonal().sqrt()
    # rounding leaves about this much of a deviation or an eigenvalue that should be 0
    eps = torch.finfo(torch.float64).eps
    if (scale <= 8 * eps * mean.double().abs().amax(dim=0)).any():
        return math.inf
    eigenvalues = torch.linalg.eigvalsh(covariance / torch.outer(scale, scale))  # ascending
    if eigenvalues[0] <= len(scale) * eps * eigenvalues[-1]:
        return math.inf
    return -0.5 * eigenvalues.log().sum().item()


class Dependence(NamedTuple):
    """Gaussian total correlation of a sample, and how much of it chance explains; nats."""

    value: float
    chance: float  # mean of samples whose dimensions are independent
    corrected: Measure  # value - chance, with its 95 % interval


def measure_dependence(
    mean: Tensor,
    logvar: Tensor | None,
    *,
    clusters: Tensor | None = None,
    permutations: int = PERMUTATIONS,
    generator: Generator,
) -> Dependence:
    """Compare the Gaussian total correlation with that of permuted dimensions, which are independent.

    Correlations of independent dimensions are not 0 in a sample, and all of them add to the total correlation. Each
    dimension gets the rows in another random order (a permutation test: Good 2005). Rows of one cluster, such as
    pictures of one person, stay beside each other, because rows that are alike correlate more by chance.

    Args:
        mean: (N, D).
        logvar: (N, D), or None for point codes.
        clusters: (N,) number of each row's cluster.
        permutations: number of permuted samples.
        generator: of the permutations, and of the jackknife's groups.

    Returns:
        The value, its mean after permutation, and their difference, with the jackknife's interval. NaN if infinite.
    """

    def statistic(rows: Tensor) -> float:
        return gaussian_total_correlation(mean[rows], None if logvar is None else logvar[rows])

    n, members = len(mean), split_clusters(len(mean), clusters)
    value, chance = statistic(torch.arange(n)), []
    if not math.isfinite(value):
        return Dependence(math.nan, math.nan, Measure(math.nan))
    for _ in range(permutations):
        columns = []
        for column in mean.unbind(dim=1):
            order = torch.randperm(len(members), generator=generator).tolist()
            columns.append(column[torch.cat([members[cluster] for cluster in order])])  # clusters stay together
        chance.append(gaussian_total_correlation(torch.stack(columns, dim=1), logvar))  # only logvar's mean matters
    groups = min(GROUPS, len(members))
    low, high = jackknife(statistic, n, groups=groups, generator=generator, clusters=clusters).interval or (0, 0)
    expected = sum(chance) / permutations
    corrected, half = value - expected, (high - low) / 2
    return Dependence(value, expected, Measure(corrected, (corrected - half, corrected + half)))


class Decomposition(NamedTuple):
    """KL[q(z|x) || p(z)], averaged over a data set, as the sum of three parts; nats."""

    mutual_information: float  # KL[q(z, x) || q(z) p(x)]: never above log n
    total_correlation: float  # KL[q(z) || prod_j q(z_j)]
    dimension_wise_kl: float  # sum_j KL[q(z_j) || p(z_j)]
    kl: float  # of the same samples
    samples: int  # number of z
    n: int  # number of posteriors in the aggregate
    log_n: float
    saturated: bool  # mutual_information > log_n - 1: what it lacks is counted as total correlation


def decompose(posterior: DiagonalGaussian, *, samples: int, generator: Generator, chunk: int = CHUNK) -> Decomposition:
    """Decompose E_x KL[q(z|x) || p(z)] into MI + TC + dimension-wise KL (Chen et al. 2018, eq. 2).

    q(z) is the mixture of all N posteriors. The outer mean is over codes drawn from the posteriors, from every image
    equally often up to rounding. Computed in float64.

    Args:
        posterior: (N, D), the whole data set, on the generator's device.
        samples: number of codes.
        generator: of the codes.
        chunk: densities computed at a time.

    Raises:
        ValueError: if there is no sample or no posterior, or a parameter is NaN or infinite.
    """
    q = DiagonalGaussian(posterior.mean.double(), posterior.logvar.double())
    n = len(q.mean)
    if samples < 1 or n < 1:
        raise ValueError(f"samples={samples} of n={n} posteriors: a decomposition needs at least one of each")
    require_finite("posteriors", *q)
    order = torch.randperm(n, generator=generator, device=q.mean.device)
    rows = order[torch.arange(samples, device=order.device) % n]
    own = DiagonalGaussian(q.mean[rows], q.logvar[rows])
    z = own.sample(generator)
    log_conditional = own.log_prob(z).sum(dim=1)
    log_joint, log_marginals = log_aggregate_posterior(z, q, chunk)
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


def log_aggregate_posterior(z: Tensor, posterior: DiagonalGaussian, chunk: int = CHUNK) -> tuple[Tensor, Tensor]:
    """Compute log q(z) and log q(z_j) of the aggregated posterior q(z) = 1/N sum_n q(z|x_n) (Hoffman & Johnson 2016).

    Besides the posterior, its memory is about four buffers of max(chunk, N) numbers, whatever S. It computes in place,
    so it has no gradients.

    Args:
        z: codes (S, D).
        posterior: (N, D).
        chunk: densities computed at a time.

    Returns:
        (S,) and (S, D) nats.
    """
    n = len(posterior.mean)
    mean, logvar = (parameter.T.contiguous() for parameter in posterior)  # (D, N)
    scale = torch.exp(-0.5 * logvar) * math.sqrt(0.5)  # 1 / sqrt(2 variance)
    peak = -0.5 * (logvar + math.log(2 * math.pi))  # log density at the mean
    rows = max(1, chunk // n)
    distance, log_q = z.new_empty(2, min(rows, len(z)), n)  # row s, z_s; column n, q(z_j|x_n)
    joints: list[Tensor] = []
    marginals: list[Tensor] = []
    for part in z.split(rows):
        u, density = distance[: len(part)], log_q[: len(part)]
        log_joint = part.new_zeros(len(part), n)
        columns: list[Tensor] = []
        for j, z_j in enumerate(part.T):
            torch.sub(z_j[:, None], mean[j], out=u).mul_(scale[j])
            torch.addcmul(peak[j], u, u, value=-1, out=density)
            log_joint += density
            columns.append(_logsumexp_in_place(density))
        joints.append(_logsumexp_in_place(log_joint))
        marginals.append(torch.stack(columns, dim=1))
    return torch.cat(joints) - math.log(n), torch.cat(marginals) - math.log(n)


def _logsumexp_in_place(values: Tensor) -> Tensor:
    """Compute logsumexp of the rows (S, N) without another buffer; overwrites them. Returns (S,)."""
    largest = values.amax(dim=1, keepdim=True)
    return values.sub_(largest).exp_().sum(dim=1).log_() + largest[:, 0]
