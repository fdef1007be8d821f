import os
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from faces.image import crop, read_picture, to_array
from tests.conftest import drawn_face
from train.data import cache, source
from train.data.source import DataError


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


def test_a_changed_picture_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    drawn_face(1).save(tmp_path / "in" / "a.png")
    before = cache.load(source.find(tmp_path / "in", None), tmp_path / "cache").pixels[0].copy()
    drawn_face(2).save(tmp_path / "in" / "a.png")
    os.utime(tmp_path / "in" / "a.png", ns=(1, 1))
    after = cache.load(source.find(tmp_path / "in", None), tmp_path / "cache").pixels[0]
    assert not np.array_equal(before, after)


def test_broken_pictures_are_named_counted_and_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        for seed in range(3):
            drawn_face(seed).save(tmp_path / "one.png")
            archive.write(tmp_path / "one.png", f"{seed}.png")
        archive.writestr("broken.png", b"no picture")
        archive.writestr("empty.jpg", b"")
    faces = cache.load(source.find(tmp_path / "faces.zip", None), tmp_path)
    assert faces.names == ("0.png", "1.png", "2.png")
    assert np.array_equal(faces.pixels[2], to_array(drawn_face(2)))
    assert [line.split(":")[0] for line in faces.refused] == ["broken.png", "empty.jpg"]
    assert "broken.png" in capsys.readouterr().err


def test_nothing_but_broken_pictures_is_refused_and_leaves_no_cache(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.png"):
        cache.load(source.find(tmp_path / "in", None), tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())
