"""Films, as animated WebP."""

from collections.abc import Sequence
from io import BytesIO

import torch
from PIL import Image
from torch import Tensor

from faces.animation import write_webp
from faces.image import to_picture
from pages.titles import title
from server.render.layout import create_page, paste
from server.workers import run_each
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import Interpolation, interpolate

STEPS = 40  # from one face to the other
FRAME, REST = 35, 200  # milliseconds that a frame lasts, and each of the two ends
QUALITY = 92


def encode_film(frames: Sequence[Image.Image]) -> bytes:
    """Encode a film that goes through two or more frames and back without end."""
    between = len(frames) - 2
    stream = BytesIO()
    durations = [REST, *[FRAME] * between, REST, *[FRAME] * between]
    write_webp(stream, [*frames, *frames[-2:0:-1]], durations, quality=QUALITY, method=0)
    return stream.getvalue()


@torch.inference_mode()
def walk(pulled: Pulled, start: Tensor, end: Tensor, way: Interpolation) -> Tensor:
    """Decode evenly spaced codes between the mean codes of two faces (1, 3, 64, 64), both ends included.

    Returns:
        Images (STEPS + 1, 3, 64, 64) in [0, 1].
    """
    codes = pulled.model.encode(torch.cat([start, end])).mean
    z = interpolate(codes[:1], codes[1:], torch.linspace(0, 1, STEPS + 1)[:, None], way)
    return pulled.model.decode(z)


def draw_morph(models: Sequence[Pulled], start: Tensor, end: Tensor, way: Interpolation) -> bytes:
    """Draw the first face, every model's path and the second face, beside each other, as a film."""
    paths = run_each(lambda pulled: walk(pulled, start, end, way), models)
    page = create_page(["First face", *(title(pulled) for pulled in models), "Second face"])
    paste(page, 0, 0, to_picture(start[0]))
    paste(page, len(models) + 1, 0, to_picture(end[0]))
    frames = []
    for images in zip(*paths, strict=True):
        frame = page.copy()
        for column, image in enumerate(images, start=1):
            paste(frame, column, 0, to_picture(image))
        frames.append(frame)
    return encode_film(frames)
