import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from faces import preprocessing
from faces.image import crop, read_picture, to_array
from faces.preprocessing import Preprocessing
from tests.conftest import draw_face
from train.data import cache, decode
from train.data.cache import CachedImages
from train.data.cache_folder import Json, get_or_build
from train.data.load import find_files
from train.data.options import DataOptions, Split
from train.data.pictures import DataError
from train.data.sources import Files
from train.errors import UserError

ROOT = Path(__file__).parents[3]
SPLITS: tuple[Split, ...] = ("all", "train", "val")


def find(path: Path, split: Split = "all") -> Files:
    return find_files(path, split, DataOptions())


def list_caches(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".locks")


def test_the_cache_has_every_image_as_it_was_cropped(faces_folder: Path, tmp_path: Path) -> None:
    images = cache.load(find(faces_folder), tmp_path)
    assert len(images) == 60
    for row, name in enumerate(images.names):
        expected = to_array(crop(read_picture(faces_folder / name), "centre"))
        assert np.array_equal(images.pixels[row], expected)


def test_a_batch_has_the_scaled_pixels_of_its_rows(faces_folder: Path, tmp_path: Path) -> None:
    images = cache.load(find(faces_folder), tmp_path)
    rows = np.array([5, 1, 5])
    expected = torch.from_numpy(images.pixels[rows].astype(np.float32) / 255).permute(0, 3, 1, 2)
    torch.testing.assert_close(images.batch(rows), expected)


def test_a_second_load_decodes_nothing(faces_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache.load(find(faces_folder), tmp_path)
    assert "decoding" in capsys.readouterr().err
    cache.load(find(faces_folder), tmp_path)
    assert not capsys.readouterr().err


def test_splits_are_parts_of_one_cache(faces_folder: Path, tmp_path: Path) -> None:
    source = find(faces_folder, "train")
    everything, training, validation = (cache.load(replace(source, split=split), tmp_path) for split in SPLITS)
    assert len(list_caches(tmp_path)) == 1
    assert training.names + validation.names == everything.names
    assert np.array_equal(np.concatenate([training.pixels, validation.pixels]), everything.pixels)
    assert validation.names == find(faces_folder, "val").validation
    assert (training.split, len(training), validation.split, len(validation)) == ("train", 57, "val", 3)


def test_a_changed_image_is_decoded_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    draw_face(1).save(tmp_path / "in" / "a.png")
    before = cache.load(find(tmp_path / "in"), tmp_path / "cache").pixels[0].copy()
    draw_face(2).save(tmp_path / "in" / "a.png")
    os.utime(tmp_path / "in" / "a.png", ns=(1, 1))
    after = cache.load(find(tmp_path / "in"), tmp_path / "cache").pixels[0]
    assert not np.array_equal(before, after)


def test_another_crop_or_alignment_has_another_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        draw_face(1, 218).crop((0, 0, 178, 218)).save(tmp_path / "in" / name)
    crops: tuple[Preprocessing, ...] = ("centre", "celeba")
    pixels = {
        cache.load(replace(find(tmp_path / "in"), preprocessing=how), tmp_path / "cache").pixels.tobytes()
        for how in crops
    }
    assert len(pixels) == len(list_caches(tmp_path / "cache")) == 2
    before = preprocessing.cache_key("aligned")
    monkeypatch.setattr(preprocessing, "ALIGNMENT", "another one")
    assert preprocessing.cache_key("aligned") != before


def test_caches_keep_their_names_while_pictures_decode_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name depends on the source and on `cache_key` alone, as in earlier versions; so do the keys of the index."""
    monkeypatch.setattr(cache, "cache_key", lambda how: [how])  # of a version that decoded differently
    (tmp_path / "in").mkdir()
    draw_face(1).save(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_bytes(b"")

    class Fixed(Files):
        def cache_key(self) -> Json:
            return {"path": "/faces", "state": "0"}

    source = Fixed(tmp_path / "in", ("a.png", "b.png"), (), "centre")
    cache.load(source, tmp_path / "cache")
    assert list_caches(tmp_path / "cache") == ["73b015a4b32deccc68ca2534"]
    (index,) = (tmp_path / "cache").glob("*/index.json")
    assert set(json.loads(index.read_text())) == {"names", "training", "refused", "crowds", "made_from", "sizes"}


def write_zip_with_broken_images(folder: Path) -> Path:
    with ZipFile(folder / "faces.zip", "w") as archive:
        for seed in range(3):
            draw_face(seed).save(folder / "one.png")
            archive.write(folder / "one.png", f"{seed}.png")
        archive.writestr("broken.png", b"no picture")
        archive.writestr("broken too.png", b"no picture either")
        archive.writestr("empty.jpg", b"")
    return folder / "faces.zip"


def test_broken_images_are_listed_counted_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = cache.load(find(write_zip_with_broken_images(tmp_path)), tmp_path / "cache")
    assert sorted(images.names) == ["0.png", "1.png", "2.png"]
    for name, pixels in zip(images.names, images.pixels, strict=True):
        assert np.array_equal(pixels, to_array(draw_face(int(name[0]))))
    left_out = ["broken too.png", "broken.png", "empty.jpg"]
    assert [line.split(":")[0] for line in images.rejected] == left_out
    stderr = capsys.readouterr().err
    (listing,) = (tmp_path / "cache").glob("*/refused.txt")
    assert f"3 of 6 pictures are left out; {listing} lists them" in stderr
    assert [line.split(":")[0] for line in listing.read_text().splitlines()] == left_out
    assert "2  as broken too.png: This file is not a picture" in stderr


def test_each_split_lists_its_own_rejected_images(tmp_path: Path) -> None:
    path, names = write_zip_with_broken_images(tmp_path), ("0.png", "1.png", "2.png", "broken.png", "empty.jpg")
    source = Files(path, names[1:4], (names[0], names[4]), "centre")
    parts = {split: cache.load(replace(source, split=split), tmp_path) for split in SPLITS}
    left_out = {split: [line.split(":")[0] for line in part.rejected] for split, part in parts.items()}
    assert left_out == {"all": ["broken.png", "empty.jpg"], "train": ["broken.png"], "val": ["empty.jpg"]}


def test_data_with_only_broken_images_leave_no_cache(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.png"):
        cache.load(find(tmp_path / "in"), tmp_path / "cache")
    assert not list_caches(tmp_path / "cache")


def test_a_split_without_usable_images_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    draw_face(1).save(tmp_path / "in" / "a.png")
    with pytest.raises(DataError, match="no usable picture for training"):
        cache.load(find(tmp_path / "in", "train"), tmp_path / "cache")


def test_a_full_disk_is_an_error_before_anything_is_decoded(
    faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    with pytest.raises(DataError, match="--cache"):
        cache.load(find(faces_folder), tmp_path)


def test_an_unusable_cache_folder_is_a_user_error(faces_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UserError, match="choose a folder"):
        cache.load(find(faces_folder), tmp_path / "file")


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError, DataError])
def test_an_interrupted_decode_leaves_no_files(
    faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(cache, "_finish", fail)
    with pytest.raises(failure):
        cache.load(find(faces_folder), tmp_path)
    assert not list_caches(tmp_path)


def test_a_build_never_sees_the_files_of_a_killed_one(tmp_path: Path) -> None:
    def build(folder: Path) -> Json:
        assert not list(folder.iterdir())
        (folder / "new.bin").write_bytes(b"new")
        return {}

    path, _ = get_or_build(tmp_path, {"a": 1}, build)
    partial = path.rename(path.with_suffix(".partial"))
    (partial / "old.bin").write_bytes(b"old")
    path, _ = get_or_build(tmp_path, {"a": 1}, build)
    assert sorted(file.name for file in path.iterdir()) == ["index.json", "new.bin"]
    assert list_caches(tmp_path) == [path.name]


def test_a_cache_whose_pixels_were_cut_off_is_built_again(faces_folder: Path, tmp_path: Path) -> None:
    before = cache.load(find(faces_folder), tmp_path).pixels.copy()
    (pixels,) = tmp_path.glob("*/pixels.bin")
    os.truncate(pixels, 5000)
    assert np.array_equal(cache.load(find(faces_folder), tmp_path).pixels, before)


def test_training_images_come_first_in_the_cache(faces_folder: Path, tmp_path: Path) -> None:
    """A stream, whose length is known only at its end, has its validation images anywhere."""

    class Stream(Files):
        def validation_mask(self, pictures: int) -> NDArray[np.bool_]:
            return np.arange(pictures) % 3 == 0

    path = tmp_path / "in"
    shutil.copytree(faces_folder, path)
    broken = ("000.png", "001.png", "020.png", "033.png")
    for name in broken:
        (path / name).write_bytes(b"no picture")
    listed = tuple(f"{i:03d}.png" for i in range(60))
    training, validation = (
        [name for name in part if name not in broken] for part in ([n for n in listed if int(n[:3]) % 3], listed[::3])
    )
    source = Stream(path, listed, (), "centre")
    images, held_out = (
        cache.load(source, tmp_path / "cache"),
        cache.load(replace(source, split="val"), tmp_path / "cache"),
    )
    assert list(images.names) == training + validation
    assert list(held_out.names) == validation
    assert [line[:7] for line in held_out.rejected] == ["000.png", "033.png"]
    for name, pixels in zip(images.names, images.pixels, strict=True):
        assert np.array_equal(pixels, to_array(read_picture(path / name)))


@pytest.mark.processes
def test_several_processes_decode_the_same_images(
    faces_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = cache.load(find(faces_folder), tmp_path / "alone")
    monkeypatch.setattr(decode, "available_cores", lambda: 3)
    monkeypatch.setitem(decode.SHARE, "centre", 1)
    monkeypatch.setitem(cache.CHUNK, "centre", 4)
    together = cache.load(find(faces_folder), tmp_path / "together")
    assert together.names == alone.names
    assert np.array_equal(together.pixels, alone.pixels)


BUILD = """
import sys
from pathlib import Path
from train.data import cache, decode
from train.data.load import find_files
from train.data.options import DataOptions
cache.CHUNK["centre"] = 16
decode.SHARE["centre"] = 500
images = cache.load(find_files(Path(sys.argv[1]), "all", DataOptions()), Path(sys.argv[2]))
print(len(images), images.pixels.astype("int64").sum())
"""


def start_build(data: Path, folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BUILD, str(data), str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Write a zip of 1,000 images."""
    with ZipFile(tmp_path / "many.zip", "w") as archive:
        for seed in range(1000):
            draw_face(seed, 256).save(tmp_path / "one.png", compress_level=1)
            archive.write(tmp_path / "one.png", f"{seed:04d}.png")
    return tmp_path / "many.zip"


@pytest.mark.kills
def test_a_killed_decode_starts_again_and_leaves_one_cache(many: Path, tmp_path: Path) -> None:
    expected = start_build(many, tmp_path / "expected").communicate(timeout=300)[0]
    process, written = start_build(many, tmp_path / "killed"), 0
    while written < 20 * 16 * 64 * 64 * 3 and process.poll() is None:
        written = sum(file.stat().st_size for file in (tmp_path / "killed").glob("*.partial/decoded.bin"))
        time.sleep(0.001)
    process.kill()
    process.communicate()
    assert all(name.endswith(".partial") for name in list_caches(tmp_path / "killed"))
    result, _ = start_build(many, tmp_path / "killed").communicate(timeout=300)
    assert result == expected
    assert list_caches(tmp_path / "killed") == list_caches(tmp_path / "expected")


@pytest.mark.processes
def test_one_of_several_processes_builds_the_cache(many: Path, tmp_path: Path) -> None:
    processes = [start_build(many, tmp_path / "cache") for _ in range(3)]
    results = [process.communicate(timeout=300) for process in processes]
    assert len({stdout for stdout, _ in results}) == 1
    assert sum("decoding" in stderr for _, stderr in results) == 1
    assert sum("waiting" in stderr for _, stderr in results) <= 2
    assert len(list_caches(tmp_path / "cache")) == 1


def test_cached_images_have_the_channels_of_their_pixels_and_no_factors() -> None:
    images = CachedImages(np.zeros((2, 64, 64, 1), np.uint8), ("a", "b"), (), None)
    assert (images.channels, images.factors, images.factor_names) == (1, None, ())
    assert images.batch(slice(0, 2)).shape == (2, 1, 64, 64)
