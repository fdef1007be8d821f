"""Pictures that move, as a file to be taken away."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from faces.animation import write_webp

FRAME, REST = 35, 200  # milliseconds that a frame lasts, and each of the two ends
QUALITY = 92


def there_and_back(frames: Sequence[Image.Image]) -> bytes:
    """An animated WebP that goes through two or more frames and back without end."""
    between = len(frames) - 2
    stream = BytesIO()
    durations = [REST, *[FRAME] * between, REST, *[FRAME] * between]
    write_webp(stream, [*frames, *frames[-2:0:-1]], durations, quality=QUALITY, method=0)
    return stream.getvalue()
