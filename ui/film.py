"""Pictures that move, as a file to be taken away."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

FRAME, REST = 35, 200  # milliseconds that a frame lasts, and each of the two ends
QUALITY = 92


def there_and_back(frames: Sequence[Image.Image]) -> bytes:
    """An animated WebP that goes through two or more frames and back without end."""
    between = len(frames) - 2
    stream = BytesIO()
    frames[0].save(
        stream,
        "WEBP",
        save_all=True,
        append_images=[*frames[1:], *frames[-2:0:-1]],
        duration=[REST, *[FRAME] * between, REST, *[FRAME] * between],
        loop=0,
        quality=QUALITY,
        method=0,
    )
    return stream.getvalue()
