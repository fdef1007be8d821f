"""How much the dimensions of a code tell of each other, estimated on a minibatch: the report's regulariser."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.log_density_ratio import mean_log_ratio


class Columns(NamedTuple):
    """The posteriors that codes are held against: those of the whole batch, of which one process draws some rows."""

    posterior: DiagonalGaussian  # (B, D)
    first: int = 0  # the column of the posterior that the first of the codes was drawn from; the others follow


def total_correlation(
    z: Tensor, posterior: DiagonalGaussian | Columns, *, dataset_size: int | None, estimator: Estimator
) -> Tensor:
    """TC[q(z)] = KL[q(z) || prod_j q(z_j)] (Chen et al. 2018, eq. 2), estimated on one minibatch.

    `mws`, minibatch weighted sampling (eq. S4; the report's): log q(z_i) ~ log 1/(N B) sum_j q(z_i|x_j). It sits
    about (D - 1) log N above the truth, a constant that trains nothing. `mss`, minibatch stratified sampling (eq. S6):
    the weights of `stratified_log_weights`, without that offset.

    z: (R, D), drawn row by row from `posterior` (R, D), or from those R of the (B, D) in Columns that begin with its
    `first`; the mean of such parts' estimates is the batch's. Returns () nats, differentiable once. Raises ValueError
    where N is missing or smaller than the batch, where the rows are not among the columns, and for MSS on a single
    picture.
    """
    columns = posterior if isinstance(posterior, Columns) else Columns(posterior)
    rows, batch = range(columns.first, columns.first + len(z)), len(columns.posterior.mean)
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
    return mean_log_ratio(z, columns.posterior, log_weights)


def stratified_log_weights(
    batch: int,
    dataset_size: int,
    *,
    rows: range | None = None,
    dtype: torch.dtype = torch.float64,
    device: torch.device | None = None,
) -> Tensor:
    """Log W of minibatch stratified sampling (Chen et al. 2018, eq. S6), with M = B - 1. (B, B), or (R, B) for `rows`

    Row i has 1/N on its diagonal, the picture z_i came from; (N - M)/(N M) on one other entry; 1/M on the rest; so
    each row sums to 1. Raises ValueError where B < 2 or N < B.
    """
    if batch < 2:
        raise ValueError("mss needs a batch of at least 2: with 1 its weights divide by zero")
    if dataset_size < batch:
        raise ValueError(f"dataset_size={dataset_size} is smaller than the batch of {batch}")
    others = batch - 1
    drawn = torch.arange(batch, device=device) if rows is None else torch.arange(rows.start, rows.stop, device=device)
    weights = torch.full((len(drawn), batch), -math.log(others), dtype=dtype, device=device)
    weights.scatter_(1, drawn[:, None], -math.log(dataset_size))
    rest = math.log((dataset_size - others) / (dataset_size * others))
    return weights.scatter_(1, (drawn[:, None] + 1) % batch, rest)
