"""The opening face and its copy by every model, drawn beforehand: the slider works before a model has been fetched."""

import io
import json
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor

from vae_models.distributions import DiagonalGaussian
from vae_models.hub.pull import Pulled

QUALITY = 88  # of the WebP


class Example(NamedTuple):
    """The files of the opening face."""

    webp: bytes  # one column of 64 x 64 pictures: the face, then its copy by each model
    json: bytes  # of each model, by name: mean, log-variance, squared error and information of the face's code


@torch.inference_mode()
def draw(models: tuple[Pulled, ...], face: Tensor) -> Example:
    """Draw the copies of a face (3, 64, 64) in [0, 1] by the models of colour pictures."""
    pictures, codes = [face], {}
    for pulled in models:
        if pulled.model.config.channels == 3:
            copy, codes[pulled.name] = _rebuild(pulled, face[None])
            pictures.append(copy[0])
    column = (torch.cat(pictures, dim=1).clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    stream = io.BytesIO()
    Image.fromarray(column.numpy()).save(stream, "WEBP", quality=QUALITY, method=6)
    return Example(stream.getvalue(), json.dumps(codes, separators=(",", ":")).encode())


def _rebuild(pulled: Pulled, x: Tensor) -> tuple[Tensor, dict[str, Any]]:
    """Rebuild x (1, 3, 64, 64) from its mean code; return the copy and the code's numbers."""
    posterior = pulled.model.encode(x)
    copy = pulled.model.decode(posterior.mean)
    return copy, {
        "mean": [round(value, 3) for value in posterior.mean[0].tolist()],
        "logvar": [round(value, 3) for value in posterior.logvar[0].tolist()]
        if isinstance(posterior, DiagonalGaussian)
        else None,
        "error": round(float((copy - x).square().sum()), 2),
        "information": round(float(posterior.kl().sum()), 2) if isinstance(posterior, DiagonalGaussian) else None,
    }
