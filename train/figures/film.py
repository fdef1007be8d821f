"""The film of a model learning: one fixed noise, as the run drew it epoch by epoch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from train.run import previews
from vae_models.files.atomic import atomic_write

SHORTEST, LONGEST = 40, 500  # milliseconds that a picture stays
LAST = 2000  # milliseconds that the last one stays
CAPTION = 28  # pixels of the line below the faces
QUALITY = 85


def make(folder: Path, file: Path, seconds: float) -> int:
    """Write the animated WebP of samples/ into `file` and return the number of its pictures: all of them, or as many as
    the time holds, evenly spread.

    Raises FileNotFoundError where there is no such folder, ValueError where it holds fewer than two pictures.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}: film takes the folder of a run")
    drawn = previews.found(folder)
    if len(drawn) < 2:
        raise ValueError(
            f"{folder / previews.SAMPLES} holds {len(drawn)} of the two pictures that a film takes at least: "
            "a run draws one at the end of every epoch"
        )
    steps = chosen(list(drawn), int(1000 * seconds / SHORTEST))
    frames = [captioned(drawn[step], f"step {step:,} of {steps[-1]:,}") for step in steps]
    stay = int(min(LONGEST, 1000 * seconds / len(frames)))
    atomic_write(file, lambda partial: _write(partial, frames, stay))
    return len(frames)


def chosen(steps: Sequence[int], most: int) -> list[int]:
    """At most that many of the steps, evenly spread, the first and the last among them."""
    count = max(2, min(len(steps), most))
    return [steps[index] for index in np.linspace(0, len(steps) - 1, count).round().astype(int)]


def captioned(file: Path, text: str) -> Image.Image:
    """A picture with a line of text below it; RGB whatever it was."""
    with Image.open(file) as stored:
        picture = stored.convert("RGB")
    page = Image.new("RGB", (picture.width, picture.height + CAPTION), "white")
    page.paste(picture)
    place, font = (page.width / 2, picture.height + CAPTION / 2), ImageFont.load_default(15)
    ImageDraw.Draw(page).text(place, text, fill="black", font=font, anchor="mm")
    return page


def _write(file: Path, frames: Sequence[Image.Image], stay: int) -> None:
    durations = [stay] * (len(frames) - 1) + [LAST]
    frames[0].save(
        file, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=QUALITY, method=4
    )
