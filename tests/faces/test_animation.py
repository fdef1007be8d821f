"""Animated WebP files."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from faces.animation import write_webp


def test_frames_keep_their_order_and_durations_and_repeat_without_end(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), (shade, shade, shade)) for shade in (0, 100, 200)]
    stream = BytesIO()
    for target in (stream, tmp_path / "animation"):
        write_webp(target, frames, [30, 40, 500], quality=90)
    with Image.open(stream) as film:
        assert (film.format, film.info["loop"]) == ("WEBP", 0)
        assert len(list(ImageSequence.Iterator(film))) == 3
        for index, (shade, duration) in enumerate(((0, 30), (100, 40), (200, 500))):
            film.seek(index)
            film.load()
            assert film.info["duration"] == duration
            assert abs(int(np.asarray(film.convert("L"))[8, 8]) - shade) <= 4
    assert (tmp_path / "animation").read_bytes() == stream.getvalue()
