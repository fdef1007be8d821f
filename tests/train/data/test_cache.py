import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from faces.image import crop, read_picture, to_array
from tests.conftest import drawn_face
from train.data import cache, decode, preprocess, source
from train.data.cache import Faces
from train.data.decode import Chunk, Decoded
from train.data.pictures import DataError
from train.data.sources import Files

ROOT = Path(__file__).parents[3]


def caches(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir() if place.name != ".locks")


def test_the_cache_holds_every_picture_as_it_was_cropped(faces_folder: Path, tmp_path: Path) -> None:
    faces = cache.load(source.find(faces_folder, None), tmp_path)
    assert len(faces) == 60
    for row, name in enumerate(faces.names):
        expected = to_array(crop(read_picture(faces_folder / name), "centre"))
        assert np.array_equal(faces.pixels[row], expected)


def test_a_batch_is_its_pictures_scaled(faces_folder: Path, tmp_path: Path) -> None:
    faces = cache.load(source.find(faces_folder, None), tmp_path)
    rows = np.array([5, 1, 5])
    expected = torch.from_numpy(faces.pixels[rows].astype(np.float32) / 255).permute(0, 3, 1, 2)
    torch.testing.assert_close(faces.batch(rows), expected)


def test_a_second_load_decodes_nothing(faces_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache.load(source.find(faces_folder, None), tmp_path)
    assert "decoding" in capsys.readouterr().err
    cache.load(source.find(faces_folder, None), tmp_path)
    assert not capsys.readouterr().err


def test_splits_are_parts_of_one_cache(faces_folder: Path, tmp_path: Path) -> None:
    found = source.find(faces_folder, "train")
    everything, training, validation = (
        cache.load(replace(found, split=split), tmp_path) for split in (None, "train", "val")
    )
    assert len(caches(tmp_path)) == 1
    assert training.names + validation.names == everything.names
    assert np.array_equal(np.concatenate([training.pixels, validation.pixels]), everything.pixels)
    assert validation.names == source.find(faces_folder, "val").validation
    assert (training.split, len(training), validation.split, len(validation)) == ("train", 57, "val", 3)


def test_a_changed_picture_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    drawn_face(1).save(tmp_path / "in" / "a.png")
    before = cache.load(source.find(tmp_path / "in", None), tmp_path / "cache").pixels[0].copy()
    drawn_face(2).save(tmp_path / "in" / "a.png")
    os.utime(tmp_path / "in" / "a.png", ns=(1, 1))
    after = cache.load(source.find(tmp_path / "in", None), tmp_path / "cache").pixels[0]
    assert not np.array_equal(before, after)


def test_another_treatment_is_another_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is an alignment by other code."""
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        drawn_face(1, 218).crop((0, 0, 178, 218)).save(tmp_path / "in" / name)
    centre = source.find(tmp_path / "in", None)
    kinds = {
        cache.load(replace(centre, treatment=how), tmp_path / "cache").pixels.tobytes() for how in ("centre", "celeba")
    }
    assert len(kinds) == len(caches(tmp_path / "cache")) == 2
    before = preprocess.facts("aligned")
    (tmp_path / "eyes.py").write_text("other = True")
    monkeypatch.setattr(preprocess.eyes, "__file__", str(tmp_path / "eyes.py"))
    assert preprocess.facts("aligned") != before


def broken_zip(place: Path) -> Path:
    with ZipFile(place / "faces.zip", "w") as archive:
        for seed in range(3):
            drawn_face(seed).save(place / "one.png")
            archive.write(place / "one.png", f"{seed}.png")
        archive.writestr("broken.png", b"no picture")
        archive.writestr("broken too.png", b"no picture either")
        archive.writestr("empty.jpg", b"")
    return place / "faces.zip"


def test_broken_pictures_are_listed_counted_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faces = cache.load(source.find(broken_zip(tmp_path), None), tmp_path / "cache")
    assert sorted(faces.names) == ["0.png", "1.png", "2.png"]
    for name, pixels in zip(faces.names, faces.pixels, strict=True):
        assert np.array_equal(pixels, to_array(drawn_face(int(name[0]))))
    left_out = ["broken too.png", "broken.png", "empty.jpg"]
    assert [line.split(":")[0] for line in faces.refused] == left_out
    said = capsys.readouterr().err
    (listed,) = (tmp_path / "cache").glob("*/refused.txt")
    assert f"3 of 6 pictures are left out; {listed} lists them" in said
    assert [line.split(":")[0] for line in listed.read_text().splitlines()] == left_out
    assert "2  as broken too.png: This file is not a picture" in said


def test_each_split_knows_what_it_lacks(tmp_path: Path) -> None:
    zipped, all_names = broken_zip(tmp_path), ("0.png", "1.png", "2.png", "broken.png", "empty.jpg")
    found = Files(zipped, all_names[1:4], (all_names[0], all_names[4]), "centre")
    parts = {split: cache.load(replace(found, split=split), tmp_path) for split in (None, "train", "val")}
    left_out = {split: [line.split(":")[0] for line in part.refused] for split, part in parts.items()}
    assert left_out == {None: ["broken.png", "empty.jpg"], "train": ["broken.png"], "val": ["empty.jpg"]}


def test_nothing_but_broken_pictures_is_refused_and_leaves_no_cache(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.png"):
        cache.load(source.find(tmp_path / "in", None), tmp_path / "cache")
    assert not caches(tmp_path / "cache")


def test_a_split_without_a_readable_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    drawn_face(1).save(tmp_path / "in" / "a.png")
    with pytest.raises(DataError, match="no picture for training"):
        cache.load(source.find(tmp_path / "in", "train"), tmp_path / "cache")


def test_too_small_a_disk_is_said_before_anything_is_decoded(
    faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    with pytest.raises(DataError, match="--cache"):
        cache.load(source.find(faces_folder, None), tmp_path)


class StoppedError(Exception):
    """Stands in for a kill."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "CHUNK", {"centre": 7})


def decode_at_most(monkeypatch: pytest.MonkeyPatch, chunks: int) -> list[Chunk]:
    """Stop after so many; what was decoded."""
    seen: list[Chunk] = []
    real = decode.decode

    def limited(chunk: Chunk, how: preprocess.Treatment) -> Decoded:
        if len(seen) == chunks:
            raise StoppedError
        seen.append(chunk)
        return real(chunk, how)

    monkeypatch.setattr(decode, "decode", limited)
    return seen


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("damage", ["none", "pixels cut off", "line cut off", "pixels changed", "pixels gone"])
def test_a_cache_that_was_begun_is_finished_as_if_in_one_go(
    faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    found = source.find(faces_folder, None)
    whole = cache.load(found, tmp_path / "whole")
    with monkeypatch.context() as patch:
        decode_at_most(patch, 4)
        with pytest.raises(StoppedError):
            cache.load(found, tmp_path / "begun")
    (partial,) = (tmp_path / "begun").glob("*.partial")
    pixels, lines = partial / "decoded.bin", partial / "journal.jsonl"
    kept = {"none": 4, "pixels cut off": 3, "line cut off": 3, "pixels changed": 1, "pixels gone": 0}[damage]
    if damage == "pixels cut off":
        os.truncate(pixels, pixels.stat().st_size - 1)
    elif damage == "line cut off":
        os.truncate(lines, lines.stat().st_size - 10)
    elif damage == "pixels changed":
        content = bytearray(pixels.read_bytes())
        content[10 * 64 * 64 * 3] ^= 1  # of the second chunk
        pixels.write_bytes(content)
    elif damage == "pixels gone":
        pixels.unlink()
    seen = decode_at_most(monkeypatch, 100)
    finished = cache.load(found, tmp_path / "begun")
    assert len(seen) == 9 - kept
    assert finished.names == whole.names
    assert np.array_equal(finished.pixels, whole.pixels)
    assert caches(tmp_path / "begun") == caches(tmp_path / "whole")
    assert not list((tmp_path / "begun").glob("*/journal.jsonl"))


def test_a_cache_whose_pixels_were_cut_off_is_made_anew(faces_folder: Path, tmp_path: Path) -> None:
    before = cache.load(source.find(faces_folder, None), tmp_path).pixels.copy()
    (pixels,) = tmp_path.glob("*/pixels.bin")
    os.truncate(pixels, 5000)
    assert np.array_equal(cache.load(source.find(faces_folder, None), tmp_path).pixels, before)


def test_validation_pictures_of_any_order_end_up_behind_the_others(faces_folder: Path, tmp_path: Path) -> None:
    """As those of a stream do, whose number shows at the end."""

    class Stream(Files):
        def validating(self, pictures: int) -> np.ndarray:
            return np.arange(pictures) % 3 == 0

    place = tmp_path / "in"
    shutil.copytree(faces_folder, place)
    for name in ("000.png", "001.png", "020.png", "033.png"):
        (place / name).write_bytes(b"no picture")
    listed = tuple(f"{i:03d}.png" for i in range(60))
    broken = ("000.png", "001.png", "020.png", "033.png")
    parts = [
        [name for name in part if name not in broken] for part in ([n for n in listed if int(n[:3]) % 3], listed[::3])
    ]
    found = Stream(place, listed, (), "centre")
    faces, held_out = (cache.load(replace(found, split=split), tmp_path / "cache") for split in (None, "val"))
    assert list(faces.names) == parts[0] + parts[1]
    assert list(held_out.names) == parts[1]
    assert [line[:7] for line in held_out.refused] == ["000.png", "033.png"]
    for name, pixels in zip(faces.names, faces.pixels, strict=True):
        assert np.array_equal(pixels, to_array(read_picture(place / name)))


@pytest.mark.slow
def test_other_processes_decode_the_same(faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = source.find(faces_folder, None)
    alone = cache.load(found, tmp_path / "alone")
    monkeypatch.setattr(decode, "cores", lambda: 3)
    monkeypatch.setattr(decode, "SHARE", {"centre": 1})
    monkeypatch.setattr(cache, "CHUNK", {"centre": 4})
    together = cache.load(found, tmp_path / "together")
    assert together.names == alone.names
    assert np.array_equal(together.pixels, alone.pixels)


BUILD = """
import sys
from pathlib import Path
from train.data import cache, decoding, source
cache.CHUNK["centre"] = 16
decoding.SHARE["centre"] = 500
faces = cache.load(source.find(Path(sys.argv[1]), None), Path(sys.argv[2]))
print(len(faces), faces.pixels.astype("int64").sum())
"""


def builder(data: Path, folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BUILD, str(data), str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A zip of 1,500 pictures."""
    drawn_face(0).save(tmp_path / "0.png")
    with ZipFile(tmp_path / "many.zip", "w") as archive:
        for seed in range(1500):
            drawn_face(seed, 256).save(tmp_path / "one.png", compress_level=1)
            archive.write(tmp_path / "one.png", f"{seed:04d}.png")
    return tmp_path / "many.zip"


@pytest.mark.slow
def test_a_killed_builder_leaves_nothing_that_is_used_and_all_that_it_did(many: Path, tmp_path: Path) -> None:
    expected = builder(many, tmp_path / "whole").communicate(timeout=300)[0]
    reached = 0
    for _ in range(3):
        process, before = builder(many, tmp_path / "killed"), reached
        while reached <= before and process.poll() is None:  # until it has done something more
            reached = sum(file.stat().st_size for file in (tmp_path / "killed").glob("*.partial/decoded.bin"))
        process.kill()
        process.communicate()
        assert all(name.endswith(".partial") for name in caches(tmp_path / "killed"))
    done, said = builder(many, tmp_path / "killed").communicate(timeout=300)
    assert done == expected
    first = re.search(r"(\d+)/1500", said)
    assert first is not None
    assert int(first[1]) >= reached // (64 * 64 * 3) - 16  # it went on
    assert caches(tmp_path / "killed") == caches(tmp_path / "whole")


@pytest.mark.slow
def test_of_several_processes_one_builds(many: Path, tmp_path: Path) -> None:
    processes = [builder(many, tmp_path / "cache") for _ in range(3)]
    answers = [process.communicate(timeout=300) for process in processes]
    assert len({answer for answer, _ in answers}) == 1
    assert sum("decoding" in said for _, said in answers) == 1
    assert sum("waiting" in said for _, said in answers) <= 2
    assert len(caches(tmp_path / "cache")) == 1


def test_faces_have_no_factors_and_as_many_channels_as_their_pixels() -> None:
    faces = Faces(np.zeros((2, 64, 64, 1), np.uint8), ("a", "b"), (), None)
    assert (faces.channels, faces.factors, faces.factor_names) == (1, None, ())
    assert faces.batch(slice(0, 2)).shape == (2, 1, 64, 64)
