"""One table of formats for the page, the endpoints and the trainer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, features

from faces import formats
from faces.errors import PictureError
from faces.formats import AVIF, FORMATS, HEIC, Format, explain_ending, list_names, readable_endings, recognise
from faces.image import read_picture
from tests.conftest import draw_face
from tests.faces.samples import encode

ROOT = Path(__file__).parents[2]
HEIC_START = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)


@pytest.fixture
def no_decoders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the decoders of AVIF and HEIC be missing."""

    def import_module(name: str) -> object:
        if name in (AVIF.module, HEIC.module):
            raise ImportError(name)
        return Image

    monkeypatch.setattr(formats, "import_module", import_module)
    formats._has_decoder.cache_clear()
    yield
    formats._has_decoder.cache_clear()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_is_recognised_and_decoded(form: Format) -> None:
    assert form.is_readable
    data = encode(draw_face(1), form.decoder)
    assert recognise(data) == form
    assert read_picture(data).size == (64, 64)


def test_the_decoders_of_the_table_are_those_of_pillow() -> None:
    endings: dict[str, set[str]] = {}
    for ending, decoder in Image.registered_extensions().items():
        endings.setdefault(decoder, set()).add(ending)
    assert HEIC.is_readable  # registers the decoder
    for form in FORMATS:
        assert form.decoder in Image.OPEN
        assert endings[form.decoder] <= {*form.endings, ".mpo"}, form.name


def test_no_ending_and_no_file_belongs_to_two_formats() -> None:
    endings = [ending for form in FORMATS for ending in form.endings]
    assert len(endings) == len(set(endings))
    for form in FORMATS:
        data = encode(draw_face(1), form.decoder)
        assert next(other for other in FORMATS if other.signature.match(data)) == form


@pytest.mark.parametrize("form", ["EPS", "ICO", "JPEG2000", "PCX", "PDF", "SGI", "TGA"])
def test_a_format_outside_of_the_table_is_refused(form: str) -> None:
    """EPS, for example, would be given to another program."""
    with pytest.raises(PictureError, match="not a picture that can be read: choose one of JPEG, PNG"):
        read_picture(encode(draw_face(1), form))


@pytest.mark.parametrize(
    "start",
    [
        b"8BPS\0\1",  # Photoshop
        b"SIMPLE  =                    T",  # FITS
        b"\xd7\xcd\xc6\x9a\0\0",  # WMF
        b"\1\0\0\0" + bytes(36) + b" EMF",
        b"\xc5\xd0\xd3\xc6",  # EPS with a preview
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\x89HDF\r\n\x1a\n",
        b"GRIB",
        b"BUFR",
        b"DDS ",
        b"icns",
        b"/* XPM */",
        b"#define x_width 9",
        b"\xff\x0a",  # JPEG XL
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ",
    ],
)
def test_no_other_file_reaches_a_decoder(start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(PictureError, match="This file is not a picture that can be read: choose one of JPEG"):
        read_picture(start + bytes(2000))


def test_every_picture_is_opened_as_named_formats_only() -> None:
    for part in ("app.py", "faces", "pages", "server", "train", "vae_models"):
        for file in [ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Image.open", "PIL.Image.open"):
                    assert "formats" in [keyword.arg for keyword in node.keywords], f"{file}:{node.lineno}"


def test_a_file_is_decoded_only_as_the_format_of_its_signature() -> None:
    """The signature of one format with the content of another is damaged, not the other."""
    data = encode(draw_face(1))
    with pytest.raises(PictureError, match="damaged"):
        read_picture(b"\xff\xd8\xff" + data[3:])


@pytest.mark.usefixtures("no_decoders")
def test_a_missing_decoder_is_named_with_what_to_do() -> None:
    with pytest.raises(
        PictureError, match=r"decoder of HEIC pictures is not installed.*pip install pillow-heif"
    ) as error:
        read_picture(HEIC_START)
    assert str(error.value).count(".") == 1
    with pytest.raises(PictureError, match=r"decoder of AVIF pictures is not installed.*pip install"):
        read_picture(encode(draw_face(1), "AVIF"))
    assert list_names() == "JPEG, PNG, WebP, GIF, BMP, TIFF or PPM"
    with pytest.raises(PictureError, match="choose one of JPEG, PNG, WebP, GIF, BMP, TIFF or PPM"):
        read_picture(b"text")


@pytest.mark.usefixtures("no_decoders")
def test_the_endings_of_a_missing_decoder_are_explained_and_not_listed() -> None:
    assert {".jpg", ".jfif", ".pgm"} <= readable_endings()
    assert readable_endings().isdisjoint((*AVIF.endings, *HEIC.endings))
    assert "pip install pillow-heif" in str(explain_ending(".heic"))
    assert explain_ending(".jpg") is None
    assert explain_ending(".txt") is None


def test_a_damaged_heic_file_is_refused_in_one_line() -> None:
    for data in (HEIC_START, encode(draw_face(1), "HEIF")[:-9]):
        with pytest.raises(PictureError, match="damaged") as error:
            read_picture(data)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("page", ["docs/app.md", "docs/training.md"])
def test_the_documentation_names_every_format(page: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    for form in FORMATS:
        assert form.name in text
    assert HEIC.install in text


def test_this_pillow_has_the_decoders_that_the_tests_need() -> None:
    assert all(features.check(name) for name in ("avif", "littlecms2", "webp"))
