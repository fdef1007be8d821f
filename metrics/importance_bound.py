"""How many nats a picture costs: a bound that is tighter than the ELBO."""

import math

import torch
from torch import Tensor


def importance_weighted_bound(log_weights: Tensor) -> Tensor:
    """Log 1/K sum_k w_k, w_k = p(x, z_k) / q(z_k|x) with z_k ~ q(z|x) (Burda et al. 2016, eq. 8): a bound on log p(x)
    whose expectation grows with K, from the ELBO at K = 1 to log p(x) in the limit.

    log_weights: (K, B) nats -> (B,) nats, in float64. Whether log p(x|z) carries its constant is what the weights say:
    the bound is shifted by as much. Raises ValueError for K = 0.
    """
    if len(log_weights) < 1:
        raise ValueError("no sample, no bound: it takes one importance weight at least")
    return torch.logsumexp(log_weights.double(), dim=0) - math.log(len(log_weights))
