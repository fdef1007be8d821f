"""A face through every model: reconstruction, code and scores."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from metrics.reconstruction import mse, psnr, ssim
from server.workers import run_each
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import squared_error

ACTIVE = 0.1  # nats: a dimension with a higher KL describes the face
NOISE_SEED = 0


class Scores(NamedTuple):
    """Scores of one face and one model; the names are those of the endpoints' answers."""

    squared_error: float  # summed over pixels and colours, the objective's scale
    mse: float
    psnr: float  # dB
    ssim: float
    kl: float | None  # nats; None: a point code has none
    active_dimensions: int | None  # with a KL above ACTIVE


class Reconstructed(NamedTuple):
    """Answer of one model to one face."""

    pulled: Pulled
    face: Tensor  # (1, 3, 64, 64) in [0, 1], which the scores compare with
    picture: Tensor  # (1, 3, 64, 64) in [0, 1], decoded from the mean code
    posterior: DiagonalGaussian | Dirac  # (1, D)
    scores: Scores


def add_noise(face: Tensor, deviation: float) -> Tensor:
    """Add Gaussian noise of this standard deviation (the report's noise reduction), the same at each call."""
    noise = torch.randn(face.shape, generator=torch.Generator().manual_seed(NOISE_SEED))
    return (face + deviation * noise).clamp(0, 1)


@torch.inference_mode()
def reconstruct(pulled: Pulled, face: Tensor, seen: Tensor) -> Reconstructed:
    """Reconstruct `seen` (1, 3, 64, 64) and compare the result with `face`, of the same shape."""
    posterior = pulled.model.encode(seen)
    picture = pulled.model.decode(posterior.mean)
    spent = posterior.kl()[0] if isinstance(posterior, DiagonalGaussian) else None
    scores = Scores(
        squared_error(face, picture).item(),
        mse(face, picture).item(),
        psnr(face, picture).item(),
        ssim(face, picture).item(),
        None if spent is None else spent.sum().item(),
        None if spent is None else int((spent > ACTIVE).sum()),
    )
    return Reconstructed(pulled, face, picture, posterior, scores)


def reconstruct_all(models: Sequence[Pulled], face: Tensor, seen: Tensor) -> list[Reconstructed]:
    """Reconstruct a face by every model; shapes as in `reconstruct`."""
    return run_each(lambda pulled: reconstruct(pulled, face, seen), models)


def table(found: Sequence[Reconstructed]) -> list[dict[str, Any]]:
    """Return a row for each model: name, beta and scores."""
    return [{"model": each.pulled.name, "beta": each.pulled.record.beta, **each.scores._asdict()} for each in found]


def describe_code(posterior: DiagonalGaussian | Dirac) -> dict[str, list[float] | None]:
    """Return mean and log variance of a posterior (1, D) by dimension; a point code has no variance."""
    logvar = posterior.logvar[0].tolist() if isinstance(posterior, DiagonalGaussian) else None
    return {"mean": posterior.mean[0].tolist(), "logvar": logvar}
