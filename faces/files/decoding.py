"""From the bytes of a picture's file to its upright pixels in sRGB."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from faces.errors import PictureError
from faces.files import containers, jpeg, png, tiff
from faces.files.colour import to_srgb
from faces.files.contents import Contents, read_orientation
from faces.files.values import to_8_bits
from faces.formats import AVIF, JPEG, Format, recognise

LARGEST = 64_000_000  # pixels of the largest picture that is opened: 8,000 x 8,000
MOST_BYTES = 200_000_000  # of its decoded pixels
BYTES = {  # of a pixel by Pillow's mode; all others have 4
    **dict.fromkeys(("1", "L", "P"), 1),
    **dict.fromkeys(("LA", "La", "PA", "I;16", "I;16B", "I;16L", "I;16N"), 2),
    **dict.fromkeys(("RGB", "YCbCr", "LAB", "HSV"), 3),
}
SPLIT: dict[str, Callable[[bytes], Contents]] = {
    "JPEG": jpeg.split,
    "PNG": png.split,
    "WebP": containers.split_webp,
    "BMP": containers.split_bmp,
    "TIFF": tiff.split,
    "AVIF": containers.split_heif,
    "HEIC": containers.split_heif,
}
TURNS = {  # orientation of EXIF -> what turns the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(data: bytes) -> Image.Image:
    """Decode a file, of an animation its first frame, to an upright picture in sRGB without transparency.

    Raises PictureError if the file is empty, damaged, of no format in `faces.formats`, or has more than `LARGEST`
    pixels.
    """
    form = recognise(data)
    with _as_picture_error(form):
        contents = _split(form, data)
        with _open(form, contents) as picture:
            orientation = _read_orientation(form, contents, picture)
            picture.load()
            if form == JPEG:
                jpeg.check_rows(picture, contents)
    profile = contents.profile or picture.info.get("icc_profile")
    pixels = to_srgb(to_8_bits(picture, contents.data), profile)
    return pixels.transpose(TURNS[orientation]) if orientation in TURNS else pixels


def read_size(data: bytes) -> tuple[int, int]:
    """Return the width and height of an upright picture without decoding it. Raises PictureError as `decode` does."""
    form = recognise(data)
    with _as_picture_error(form):
        contents = _split(form, data)
        with _open(form, contents) as picture:
            width, height = picture.size
            turned = _read_orientation(form, contents, picture) >= 5
    return (height, width) if turned else (width, height)


def measure(data: bytes) -> int:
    """Return the bytes of the pixels of a picture without decoding them. Raises PictureError as `decode` does."""
    form = recognise(data)
    with _as_picture_error(form), _open(form, _split(form, data)) as picture:
        return _count_bytes(picture)


def _split(form: Format, data: bytes) -> Contents:
    return SPLIT.get(form.name, Contents)(data)


def _open(form: Format, contents: Contents) -> Image.Image:
    picture = form.open(contents.data)
    if picture.width * picture.height > LARGEST:
        raise PictureError(
            f"This picture has {picture.width:,} x {picture.height:,} pixels, more than the "
            f"{LARGEST // 1_000_000} megapixels allowed: make it smaller first."
        )
    if _count_bytes(picture) > MOST_BYTES:
        raise PictureError(
            f"This picture has {picture.width:,} x {picture.height:,} pixels, decoded more than the "
            f"{MOST_BYTES // 1_000_000} MB allowed: make it smaller first."
        )
    return picture


def _count_bytes(picture: Image.Image) -> int:
    """Return width x height x bytes a pixel."""
    return picture.width * picture.height * BYTES.get(picture.mode, 4)


def _read_orientation(form: Format, contents: Contents, picture: Image.Image) -> int:
    """Return EXIF's orientation; for AVIF the one that Pillow makes of the file's rotation and mirroring.

    pillow-heif turns HEIC itself.
    """
    return read_orientation(picture.info.get("exif", b"")) if form == AVIF else contents.orientation


@contextmanager
def _as_picture_error(form: Format) -> Iterator[None]:
    """Turn every exception of a decoder into a PictureError, and silence its warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the size, which has our own limit, and about odd palettes
            yield
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PictureError(
            f"This picture is damaged, or of a kind of {form.name} that cannot be read: save it again as an ordinary "
            "JPEG or PNG."
        ) from None
    except Image.DecompressionBombError:
        raise PictureError("This picture has far too many pixels: make it smaller first.") from None
    except Exception as error:  # each decoder raises its own: all mean a damaged file
        fact = " ".join(str(error).split()[:20])
        raise PictureError(f"This picture is damaged and cannot be read ({fact}).") from None
