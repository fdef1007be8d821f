"""Photographs with a face in them, made of the public-domain portrait."""

from io import BytesIO
from pathlib import Path

from PIL import Image

PORTRAIT = Path(__file__).parents[1] / "assets" / "examples" / "astronaut.png"
GROUND = (203, 196, 190)


def encode_jpeg(picture: Image.Image) -> bytes:
    """Encode a picture as JPEG."""
    stream = BytesIO()
    picture.save(stream, "JPEG")
    return stream.getvalue()


def draw_photograph(roll: float, face: int, size: tuple[int, int] = (900, 700)) -> bytes:
    """Rotate the portrait by `roll` degrees, `face` pixels wide, and paste it into a larger picture; as JPEG."""
    portrait = Image.open(PORTRAIT).resize((face, face), Image.Resampling.BICUBIC)
    ground = Image.new("RGB", size, GROUND)
    turned = portrait.convert("RGBA").rotate(roll, Image.Resampling.BICUBIC, expand=True)
    ground.paste(turned, (size[0] // 2, size[1] // 4), turned)
    return encode_jpeg(ground)
