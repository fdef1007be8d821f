"""Total correlation: how much the dimensions of a code depend on each other, estimated on a minibatch.

It is the regulariser of the report's beta-TCVAE (Chen et al. 2018).
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.log_density_ratio import mean_log_ratio


class GlobalPosterior(NamedTuple):
    """Posteriors of the global batch, and the row at which this process's samples start."""

    posterior: DiagonalGaussian  # (B, D), over all processes
    first_row: int = 0  # row of `posterior` that the first code was drawn from; the other codes follow in order


def total_correlation(
    z: Tensor, posterior: DiagonalGaussian | GlobalPosterior, *, dataset_size: int | None, estimator: Estimator
) -> Tensor:
    """Estimate TC[q(z)] = KL[q(z) || prod_j q(z_j)] (Chen et al. 2018, eq. 2) on one minibatch.

    `mws`, minibatch weighted sampling (eq. S4), is the report's: log q(z_i) ~ log 1/(N B) sum_j q(z_i|x_j). It lies
    about (D - 1) log N above the truth, a constant without a gradient. `mss`, minibatch stratified sampling (eq. S6),
    uses the weights of `stratified_log_weights` and has no such offset.

    Args:
        z: codes (R, D), row i drawn from row i of `posterior`, or from row `first_row` + i of a global posterior.
        posterior: (R, D), or the (B, D) of all processes. The mean of the processes' estimates is then the batch's.
        dataset_size: N, the number of training images.
        estimator: "mws" or "mss".

    Returns:
        () nats, differentiable once.

    Raises:
        ValueError: if N is missing or smaller than the batch, if the rows are not among the posteriors, or for `mss`
            with a single image.
    """
    whole = posterior if isinstance(posterior, GlobalPosterior) else GlobalPosterior(posterior)
    rows, batch = range(whole.first_row, whole.first_row + len(z)), len(whole.posterior.mean)
    if rows.start < 0 or rows.stop > batch:
        raise ValueError(f"codes {rows.start} to {rows.stop} are not among {batch} posteriors")
    if dataset_size is None:
        raise ValueError("total correlation needs dataset_size, the number of training pictures")
    if dataset_size < batch:
        raise ValueError(f"dataset_size={dataset_size} is smaller than the batch of {batch}")
    if estimator == "mss":
        dtype = torch.promote_types(z.dtype, torch.float32)
        log_weights = stratified_log_weights(batch, dataset_size, rows=rows, dtype=dtype, device=z.device)
    else:
        log_weights = z.new_full((), -math.log(dataset_size * batch))
    return mean_log_ratio(z, whole.posterior, log_weights)


def stratified_log_weights(
    batch: int,
    dataset_size: int,
    *,
    rows: range | None = None,
    dtype: torch.dtype = torch.float64,
    device: torch.device | None = None,
) -> Tensor:
    """Compute log W of minibatch stratified sampling (Chen et al. 2018, eq. S6), with M = B - 1.

    Row i has 1/N on its diagonal, for the image that z_i came from; (N - M)/(N M) on one other entry; and 1/M on the
    rest. So each row sums to 1.

    Args:
        batch: B.
        dataset_size: N.
        rows: returns only these R rows.
        dtype: of the result.
        device: of the result.

    Returns:
        (B, B), or (R, B).

    Raises:
        ValueError: if B < 2 or N < B.
    """
    if batch < 2:
        raise ValueError("mss needs a batch of at least 2: with 1 its weights divide by zero")
    if dataset_size < batch:
        raise ValueError(f"dataset_size={dataset_size} is smaller than the batch of {batch}")
    others = batch - 1
    own = torch.arange(batch, device=device) if rows is None else torch.arange(rows.start, rows.stop, device=device)
    weights = torch.full((len(own), batch), -math.log(others), dtype=dtype, device=device)
    weights.scatter_(1, own[:, None], -math.log(dataset_size))
    rest = math.log((dataset_size - others) / (dataset_size * others))
    return weights.scatter_(1, (own[:, None] + 1) % batch, rest)
