"""Film of a model learning: samples of one fixed noise, drawn while it trained."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from faces.animation import write_webp
from train.errors import UserError, path_errors
from train.run import previews
from vae_models.files.atomic import atomic_write

MIN_DURATION, MAX_DURATION = 40, 500  # milliseconds of a frame
LAST_DURATION = 2000  # milliseconds of the last frame
CAPTION_HEIGHT = 28  # pixels
QUALITY = 75


def write_film(folder: Path, file: Path, seconds: float) -> int:
    """Write the samples of a run's folder as an animated WebP and return the number of its frames.

    If they do not all have time within `seconds`, the film shows as many as do, evenly spaced.

    Raises UserError if there is no such folder, it has fewer than two sample grids, or `file` cannot be written.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}: film takes the folder of a run")
    grids = previews.list_samples(folder)
    if len(grids) < 2:
        raise UserError(
            f"{folder / previews.SAMPLES} has {len(grids)} of the at least two pictures that a film needs: "
            "a run draws one after every epoch, or every --preview-every steps"
        )
    steps = spread_evenly(list(grids), int(1000 * seconds / MIN_DURATION))
    frames = [add_caption(grids[step], f"step {step:,} of {steps[-1]:,}") for step in steps]
    duration = int(min(MAX_DURATION, 1000 * seconds / len(frames)))
    durations = [duration] * (len(frames) - 1) + [LAST_DURATION]
    with path_errors():
        atomic_write(file, lambda partial: write_webp(partial, frames, durations, quality=QUALITY))
    return len(frames)


def spread_evenly(steps: Sequence[int], limit: int) -> list[int]:
    """Choose at most `limit` steps at even distances, always with the first and the last."""
    count = max(2, min(len(steps), limit))
    return [steps[index] for index in np.linspace(0, len(steps) - 1, count).round().astype(int)]


def add_caption(file: Path, text: str) -> Image.Image:
    """Open a picture as RGB and add a line of text below it."""
    with Image.open(file, formats=("PNG",)) as stored:  # what `Previews` writes
        picture = stored.convert("RGB")
    frame = Image.new("RGB", (picture.width, picture.height + CAPTION_HEIGHT), "white")
    frame.paste(picture)
    middle, font = (picture.width / 2, picture.height + CAPTION_HEIGHT / 2), ImageFont.load_default(15)
    ImageDraw.Draw(frame).text(middle, text, fill="black", font=font, anchor="mm")
    return frame
