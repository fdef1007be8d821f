"""Sheets of faces, the answers of /sample, /reconstruct and /compare_betas, as PNG."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from faces.image import SIZE, to_picture, to_pixels
from pages.titles import title
from server.analysis.betas import Compared
from server.analysis.samples import Draw, draw_faces
from server.analysis.scoring import Reconstructed
from server.render.layout import arrange, to_png
from server.workers import run_each
from vae_models.hub.pull import Pulled

SAMPLE_COLUMNS, SAMPLE_GAP = 6, 2
WORST = 0.35  # error of a colour value at which the error map is brightest
MAGMA = np.array([(0, 0, 4), (81, 18, 124), (183, 55, 121), (252, 137, 97), (252, 253, 191)], np.float64)


def draw_samples(models: Sequence[Pulled], draw: Draw) -> bytes:
    """Draw a block of rows for each model, 64 pixels a face."""
    step, rows = SIZE + SAMPLE_GAP, -(-draw.count // SAMPLE_COLUMNS)
    block = rows * step + 4 * SAMPLE_GAP
    page = Image.new("RGB", (SAMPLE_COLUMNS * step - SAMPLE_GAP, len(models) * block - 5 * SAMPLE_GAP), "white")
    for number, faces in enumerate(run_each(lambda pulled: to_pixels(draw_faces(pulled, draw)), models)):
        for i, pixels in enumerate(faces):
            corner = (i % SAMPLE_COLUMNS * step, number * block + i // SAMPLE_COLUMNS * step)
            page.paste(Image.fromarray(pixels), corner)
    return to_png(page)


def draw_reconstructions(face: Tensor, seen: Tensor, found: Sequence[Reconstructed]) -> bytes:
    """Draw the face (and `seen`, if noise was added), reconstructions and error maps, a column for each model."""
    first = [to_picture(face[0])] + ([] if torch.equal(face, seen) else [to_picture(seen[0])])
    columns = [(title(each.pulled), [to_picture(each.picture[0]), draw_error_map(each)]) for each in found]
    return to_png(arrange([("The face", first), *columns]))


def draw_error_map(found: Reconstructed) -> Image.Image:
    """Draw the root mean squared error of each pixel over its colours, dark for 0."""
    error = (found.face - found.picture)[0].square().mean(dim=0).sqrt().div(WORST).clamp(0, 1).numpy()
    stops = np.linspace(0, 1, len(MAGMA))
    colours = np.stack([np.interp(error, stops, channel) for channel in MAGMA.T], axis=-1)
    return Image.fromarray(colours.round().astype(np.uint8))


def draw_betas(face: Tensor, compared: Sequence[Compared]) -> bytes:
    """Draw the face, then a column for each beta: its reconstruction and its samples."""
    columns = [
        (f"β = {one.beta:g}", [to_picture(image) for image in (one.reconstructed.picture[0], *one.samples)])
        for one in compared
    ]
    return to_png(arrange([("The face", [to_picture(face[0])]), *columns]))
