"""Direct implementation of the total correlation with memory proportional to B^2 D, as a reference."""

import math

import torch
from torch import Tensor

from vae_models.catalogue import Estimator
from vae_models.objectives.total_correlation import GlobalPosterior, stratified_log_weights


def naive_total_correlation(
    z: Tensor, global_posterior: GlobalPosterior, *, dataset_size: int, estimator: Estimator
) -> Tensor:
    """Estimate the total correlation like `vae_models.objectives`, from all R x B x D densities. () nats."""
    posterior, first = global_posterior
    batch = len(posterior.mean)
    if estimator == "mss":
        rows = range(first, first + len(z))
        log_weights = stratified_log_weights(batch, dataset_size, rows=rows, device=z.device).to(z.dtype)
    else:
        log_weights = z.new_full((), -math.log(dataset_size * batch))
    log_q = posterior.log_prob(z[:, None])  # (R, B, D): row i, z_i; column j, q(.|x_j)
    log_joint = torch.logsumexp(log_q.sum(dim=2) + log_weights, dim=1)  # (R,)
    log_marginals = torch.logsumexp(log_q + log_weights[..., None], dim=1).sum(dim=1)  # (R,)
    return (log_joint - log_marginals).mean()
