"""Importance-weighted bound on log p(x), tighter than the ELBO."""

import math

import torch
from torch import Tensor


def importance_weighted_bound(log_weights: Tensor) -> Tensor:
    """Compute log 1/K sum_k w_k with w_k = p(x, z_k) / q(z_k|x), z_k ~ q(z|x) (Burda et al. 2016, eq. 8).

    Its expectation increases with K, from the ELBO at K = 1 to log p(x) in the limit. A constant that the weights leave
    out of log p(x|z) is missing from the bound too.

    Args:
        log_weights: log w (K, B) in nats; -inf is a weight of 0.

    Returns:
        (B,) nats, float64.

    Raises:
        ValueError: if K is 0.
    """
    if len(log_weights) < 1:
        raise ValueError("no sample, no bound: it takes one importance weight at least")
    return torch.logsumexp(log_weights.double(), dim=0) - math.log(len(log_weights))
