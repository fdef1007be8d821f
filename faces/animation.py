"""Animated WebP files."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from PIL import Image


def write_webp(
    target: Path | BinaryIO,
    frames: Sequence[Image.Image],
    durations: Sequence[int],
    *,
    quality: int,
    method: int = 4,
) -> None:
    """Write an animated WebP that repeats without end.

    Each frame is shown for its entry of `durations`, in milliseconds. `quality` is lossy WebP's, from 0 to 100;
    `method` trades time for file size, from 0 (fastest) to 6 (smallest).
    """
    frames[0].save(
        target,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=list(durations),
        loop=0,
        quality=quality,
        method=method,
    )
