"""The page and the trainer see the same 64 x 64 pixels of the same file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faces import preprocessing
from faces.errors import PictureError
from faces.formats import FORMATS
from faces.image import read_picture
from faces.preprocessing import Preprocessing, cache_key, preprocess
from tests.faces.files.test_colour import P3
from tests.faces.samples import build_exif, build_tiff, encode
from train.data import cache
from train.data.load import find_files
from train.data.options import DataOptions

EXAMPLE = Path(__file__).parents[2] / "assets" / "examples" / "astronaut.png"
PORTRAIT = Image.new("RGB", (170, 131))
PORTRAIT.paste(read_picture(EXAMPLE), (20, 0))
GREY = PORTRAIT.convert("L")
DEEP = (np.asarray(GREY).astype(np.uint16) * 257).astype(np.uint16)
FILES: dict[str, Callable[[], bytes]] = {
    **{f"format.{form.decoder.lower()}": partial(encode, PORTRAIT, form.decoder) for form in FORMATS},
    **{f"{mode}.tif": partial(encode, PORTRAIT.convert(mode), "TIFF") for mode in ("1", "L", "LA", "P", "CMYK", "F")},
    **{f"{mode}.png": partial(encode, PORTRAIT.convert(mode)) for mode in ("1", "L", "LA", "P", "RGBA")},
    "p3.jpg": lambda: encode(PORTRAIT, "JPEG", icc_profile=P3),
    "turned.jpg": lambda: encode(PORTRAIT.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=build_exif(6)),
    "without-end.jpg": lambda: encode(PORTRAIT, "JPEG")[:-2],
    "deep.png": lambda: encode(Image.fromarray(DEEP)),
    "float.tif": lambda: build_tiff((np.asarray(GREY) / 255).astype(np.float32), 3),
    "several.jpg": lambda: encode(PORTRAIT, "MPO", save_all=True, append_images=[GREY.convert("RGB")]),
    "animated.gif": lambda: encode(PORTRAIT, "GIF", save_all=True, append_images=[GREY.convert("RGB")]),
    "small.png": lambda: encode(PORTRAIT.resize((64, 64))),
}


ALIGNED = ("format.png", "p3.jpg", "turned.jpg", "small.png")


@pytest.mark.parametrize(("how", "names"), [("centre", tuple(FILES)), ("aligned", ALIGNED)])
def test_the_trainer_crops_every_kind_of_file_alike(how: Preprocessing, names: tuple[str, ...], tmp_path: Path) -> None:
    """The page calls `preprocess`: see tests/server/test_picture_input.py."""
    for name in names:
        (tmp_path / name).write_bytes(FILES[name]())
    options = DataOptions(align=how == "aligned", cache=tmp_path / "cache")
    images = cache.load(find_files(tmp_path, "all", options), tmp_path / "cache")
    assert set(images.names) == set(names)
    for name, pixels in zip(images.names, images.pixels, strict=True):
        assert np.array_equal(pixels, preprocess(tmp_path / name, how).pixels), name


def test_the_number_of_a_face_must_exist() -> None:
    data = encode(PORTRAIT)
    assert preprocess(data, "aligned", 1).faces == 1
    with pytest.raises(PictureError, match="from 1 to 1, not 2"):
        preprocess(data, "aligned", 2)


def test_caches_are_built_again_if_a_decoder_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache_key("centre")
    assert cache_key("centre") == before != cache_key("aligned")
    missing = FORMATS[-1]._replace(module="no_such_decoder")
    monkeypatch.setattr(preprocessing, "FORMATS", (*FORMATS[:-1], missing))
    assert cache_key("centre") != before
