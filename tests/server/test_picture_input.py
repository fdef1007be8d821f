import base64
from io import BytesIO
from pathlib import Path
from urllib.parse import quote_from_bytes

import numpy as np
import pytest

from faces.errors import PictureError
from faces.preprocessing import Preprocessing, preprocess
from server.limits import LARGEST_FILE
from server.picture_input import read_bytes, read_face
from server.uploads.files import is_upload
from server.uploads.folder import FOLDER
from tests.conftest import draw_face
from tests.photographs import PORTRAIT

META = {"meta": {"_type": "gradio.FileData"}}
BODY = BytesIO()
draw_face(2).save(BODY, "JPEG")
JPEG = BODY.getvalue()
TEXT = base64.b64encode(JPEG).decode()


@pytest.fixture
def upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a picture into the folder of uploads."""
    monkeypatch.setenv(FOLDER, str(tmp_path / "uploads"))
    path = tmp_path / "uploads" / "digest" / "a face.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(JPEG)
    return path


def test_an_upload_is_read_in_all_forms_in_which_callers_name_it(upload: Path) -> None:
    served = f"http://127.0.0.1:7860/faces/gradio_api/file={str(upload).replace(' ', '%20')}"
    for value in (
        {"path": str(upload), **META},
        {"path": str(upload)},
        {"path": str(upload), "meta": "x", "size": "large", "url": None},
        {"path": None, "url": served},
        {"path": served, **META},
        served,
        str(upload),
    ):
        assert read_bytes(value) == JPEG


@pytest.mark.parametrize(
    "value",
    [
        f"data:image/jpeg;base64,{TEXT}",
        f"DATA:image/jpeg;charset=utf-8;BASE64,{TEXT}",
        f"data:image/jpeg,{quote_from_bytes(JPEG)}",
        TEXT,
        TEXT.rstrip("="),
        TEXT.replace("+", "-").replace("/", "_"),
        "\n".join(TEXT[i : i + 76] for i in range(0, len(TEXT), 76)),
        {"path": f"data:image/jpeg;base64,{TEXT}", **META},
    ],
)
@pytest.mark.usefixtures("upload")
def test_base64_text_is_read_in_all_its_spellings(value: object) -> None:
    assert read_bytes(value) == JPEG


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "Send a picture as a file"),
        ("", "Send a picture as a file"),
        (3, "Send a picture as a file"),
        ([], "Send a picture as a file"),
        ({}, "Send a picture as a file"),
        ({"path": None}, "Send a picture as a file"),
        ({"path": ["x"]}, "Send a picture as a file"),
        ("portrait.jpg", "Send a picture as a file"),
        ("/etc/hostname", "files of the server are not read"),
        ("file:///etc/hostname", "files of the server are not read"),
        ("ftp://example.org/face.jpg", "files of the server are not read"),
        ({"path": "/etc/hostname", **META}, "files of the server are not read"),
        ({"path": "\0"}, "Send a picture as a file"),
        ({"path": "\ud800"}, "Send a picture as a file"),
        ("é" * 5000, "Send a picture as a file"),
        (TEXT[:101], "Send a picture as a file"),
        ("http://127.0.0.1:9/gradio_api/file=/etc/hostname", "cannot be fetched"),
        ("data:image/jpeg;base64", "data URL is damaged"),
        ("data:image/jpeg;base64,!", "data URL is damaged"),
        ("data:", "data URL is damaged"),
        ("A" * (3 * LARGEST_FILE + 1), "more than 20 MB"),
        (f"data:,{'A' * (LARGEST_FILE + 1)}", "more than 20 MB"),
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "backslashreplace").decode().replace("\0", "0"),
)
@pytest.mark.usefixtures("upload")
def test_other_values_get_a_sentence(value: object, sentence: str) -> None:
    with pytest.raises(PictureError, match=sentence):
        read_bytes(value)


def test_only_files_in_the_folder_of_uploads_are_uploads(upload: Path, tmp_path: Path) -> None:
    outside = tmp_path / "private.jpg"
    outside.write_bytes(JPEG)
    (upload.parent / "link.jpg").symlink_to(outside)
    for path in (outside, upload.parent / "link.jpg", upload.parent / "../../private.jpg", upload.parent):
        assert not is_upload(str(path))
    assert is_upload(str(upload))


def test_an_upload_that_was_deleted_and_a_folder_get_a_sentence(upload: Path) -> None:
    for path in (upload.parent, upload.parent.parent, upload.parent / "none.jpg"):
        with pytest.raises(PictureError, match="deleted after 150 seconds"):
            read_bytes({"path": str(path), **META})


@pytest.mark.parametrize(("crop", "how"), [("face", "aligned"), ("centre", "centre")])
@pytest.mark.usefixtures("upload")
def test_a_face_is_cropped_as_the_trainer_crops_it(crop: str, how: Preprocessing) -> None:
    text = base64.b64encode(PORTRAIT.read_bytes()).decode()
    assert np.array_equal(read_face(text, crop, 1), preprocess(PORTRAIT, how).pixels)


@pytest.mark.parametrize(
    ("crop", "which", "sentence"),
    [("squash", 1, "The crop must be one of face, centre"), ("face", 0, "from 1 to 1000"), ("face", 2, "from 1 to 1,")],
)
@pytest.mark.usefixtures("upload")
def test_an_impossible_crop_gets_a_sentence(crop: str, which: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_face(base64.b64encode(PORTRAIT.read_bytes()).decode(), crop, which)
