"""--align: from pictures of any size to CelebA's frame."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faces.align import align, find_faces
from faces.image import read_picture, to_array
from faces.preprocessing import Preprocessing
from tests.conftest import draw_face
from train.data import cache, decode
from train.data.load import find_files, load_splits
from train.data.options import DataOptions
from train.data.pictures import DataError

PORTRAIT = Path(__file__).parents[3] / "assets" / "examples" / "astronaut.png"
ALIGN = DataOptions(align=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photographs")
    portrait = read_picture(PORTRAIT).resize((262, 262))
    portrait.save(path / "one.png")
    both = Image.new("RGB", (480, 262), "grey")
    both.paste(portrait.resize((200, 200)), (270, 30))
    both.paste(portrait, (0, 0))
    both.save(path / "two.png")
    Image.new("RGB", (200, 150), "white").save(path / "wall.png")
    draw_face(1).save(path / "crop.png")
    return path


def test_the_largest_face_is_cropped_like_an_upload(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = cache.load(find_files(folder, "all", ALIGN), tmp_path)
    pixels = dict(zip(images.names, images.pixels, strict=True))
    assert sorted(pixels) == ["crop.png", "one.png", "two.png"]
    portrait = read_picture(folder / "one.png")
    assert np.array_equal(pixels["one.png"], to_array(align(portrait, find_faces(portrait)[0])))
    assert np.abs(pixels["two.png"].astype(int) - pixels["one.png"]).mean() < 4  # the larger of two
    assert np.array_equal(pixels["crop.png"], to_array(draw_face(1)))
    assert [line.split(":")[0] for line in images.rejected] == ["wall.png"]
    assert images.metadata["crop"] == "aligned"
    stderr = capsys.readouterr().err
    assert "1 pictures show several faces; the largest was taken" in stderr
    assert "1  as wall.png: No face was found in this picture" in stderr


def test_sprites_are_not_aligned() -> None:
    with pytest.raises(DataError, match="--align"):
        load_splits("sprites", None, ALIGN)


def test_alignment_changes_the_cache_not_the_files(folder: Path) -> None:
    assert find_files(folder, "all", ALIGN).cache_key() == find_files(folder, "all", DataOptions()).cache_key()


class KilledError(Exception):
    """Imitates a kill."""


def decode_at_most(monkeypatch: pytest.MonkeyPatch, chunks: int) -> list[decode.Chunk]:
    """Raise KilledError after that many chunks; return the list of the decoded ones."""
    decoded: list[decode.Chunk] = []
    real = decode.decode

    def limited(chunk: decode.Chunk, how: Preprocessing) -> decode.Decoded:
        if len(decoded) == chunks:
            raise KilledError
        decoded.append(chunk)
        return real(chunk, how)

    monkeypatch.setattr(decode, "decode", limited)
    return decoded


@pytest.mark.parametrize("damage", ["none", "pixels cut off", "line cut off", "pixels changed", "pixels gone"])
def test_a_killed_alignment_continues_after_its_last_intact_chunk(
    faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """The images have 64 x 64 pixels, so none is searched for faces."""
    monkeypatch.setitem(cache.CHUNK, "aligned", 7)
    monkeypatch.setattr(decode, "available_cores", lambda: 1)
    source = find_files(faces_folder, "all", ALIGN)
    expected = cache.load(source, tmp_path / "expected")
    with monkeypatch.context() as patch:
        decode_at_most(patch, 4)
        with pytest.raises(KilledError):
            cache.load(source, tmp_path / "killed")
    (partial,) = (tmp_path / "killed").glob("*.partial")
    pixels, lines = partial / "decoded.bin", partial / "journal.jsonl"
    kept = {"none": 4, "pixels cut off": 3, "line cut off": 3, "pixels changed": 1, "pixels gone": 0}[damage]
    if damage == "pixels cut off":
        os.truncate(pixels, pixels.stat().st_size - 1)
    elif damage == "line cut off":
        os.truncate(lines, lines.stat().st_size - 10)
    elif damage == "pixels changed":
        content = bytearray(pixels.read_bytes())
        content[10 * 64 * 64 * 3] ^= 1  # in the second chunk
        pixels.write_bytes(content)
    elif damage == "pixels gone":
        pixels.unlink()
    decoded = decode_at_most(monkeypatch, 100)
    finished = cache.load(source, tmp_path / "killed")
    assert len(decoded) == 9 - kept
    assert finished.names == expected.names
    assert np.array_equal(finished.pixels, expected.pixels)
    (folder,) = (path for path in (tmp_path / "killed").iterdir() if path.name != ".locks")
    assert sorted(file.name for file in folder.iterdir()) == ["index.json", "pixels.bin", "refused.txt"]
