"""A face through every model: what each makes of it, its code, and how near it comes."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from faces.image import to_picture
from metrics.reconstruction import mse, psnr, ssim
from ui import sheet
from ui.words import beta_of, column, plain
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import squared_error

ACTIVE = 0.1  # nats above which a dimension is said to speak of a face
WORST = 0.35  # of a colour value, where the error map is at its brightest
MAGMA = np.array([(0, 0, 4), (81, 18, 124), (183, 55, 121), (252, 137, 97), (252, 253, 191)], np.float64)


class Scores(NamedTuple):
    """Of one face and one model. The names are the columns of the table that is taken away."""

    squared_error: float  # summed over pixels and colours, the objective's scale
    mse: float
    psnr: float  # dB
    ssim: float
    kl: float | None  # nats; a point code has none
    active_dimensions: int | None  # that spend more than ACTIVE nats


class Reconstructed(NamedTuple):
    """One model's answer to one face."""

    pulled: Pulled
    face: Tensor  # (1, 3, 64, 64) in [0, 1], what the scores are against
    picture: Tensor  # (1, 3, 64, 64) in [0, 1], decoded from the mean code
    posterior: DiagonalGaussian | Dirac  # (1, D)
    scores: Scores


def disturb(face: Tensor, noise: float) -> Tensor:
    """Gaussian noise of that standard deviation added (the report's noise reduction), the same each time."""
    return (face + noise * torch.randn(face.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)


@torch.inference_mode()
def reconstructed(pulled: Pulled, face: Tensor, seen: Tensor) -> Reconstructed:
    """`seen` (1, 3, 64, 64) goes through the model; scores are against `face`, of the same shape."""
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


def error_map(found: Reconstructed) -> Image.Image:
    """Root mean squared error of each pixel over its colours, dark where there is none."""
    error = (found.face - found.picture)[0].square().mean(dim=0).sqrt().div(WORST).clamp(0, 1).numpy()
    stops = np.linspace(0, 1, len(MAGMA))
    colours = np.stack([np.interp(error, stops, channel) for channel in MAGMA.T], axis=-1)
    return Image.fromarray(colours.round().astype(np.uint8))


def table(found: Sequence[Reconstructed]) -> list[dict[str, Any]]:
    """Name, beta and scores, a row each: what the CSV holds and an endpoint answers."""
    return [{"model": each.pulled.name, "beta": beta_of(each.pulled.record), **each.scores._asdict()} for each in found]


def as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """A table as a CSV file; what a model does not have stays empty."""
    stream = StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def code(found: Reconstructed) -> dict[str, list[float] | None]:
    """The posterior's mean and log variance by dimension; a point code has no variance."""
    posterior = found.posterior
    logvar = posterior.logvar[0].tolist() if isinstance(posterior, DiagonalGaussian) else None
    return {"mean": posterior.mean[0].tolist(), "logvar": logvar}


def codes_json(found: Sequence[Reconstructed]) -> bytes:
    """Every model's code of the face, as a JSON file."""
    return json.dumps({each.pulled.name: code(each) for each in found}, indent=1).encode()


def pictures(face: Tensor, seen: Tensor, found: Sequence[Reconstructed]) -> bytes:
    """The face (and what was seen of it, where noise was added), reconstructions and error maps, as a PNG."""
    first = [to_picture(face[0])] + ([] if torch.equal(face, seen) else [to_picture(seen[0])])
    return sheet.filled(
        [
            ("The face", first),
            *((plain(column(each.pulled).title), [to_picture(each.picture[0]), error_map(each)]) for each in found),
        ]
    )
