"""Tests on real faces, in the folder VAE_FACES_DATA."""

import os
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from faces.image import read_picture, to_array
from train.data import cache
from train.data.load import find_files
from train.data.options import DataOptions
from train.evaluation import inference
from vae_models.hub.pull import pull

DATA = Path(os.environ.get("VAE_FACES_DATA", "no-such-folder"))

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not DATA.is_dir(), reason="VAE_FACES_DATA is no folder with CelebA's faces"),
]


def test_celebas_frames_are_cropped_as_the_training_faces_were(tmp_path: Path) -> None:
    faces = cache.load(find_files(DATA / "celeba", "train", DataOptions()), tmp_path)
    assert len(faces) == 700
    with ZipFile(DATA / "celeba64" / "train.zip") as archive:
        cropped = {Path(name).stem for name in archive.namelist()}
        both = [(row, Path(name).stem) for row, name in enumerate(faces.names) if Path(name).stem in cropped]
        assert both
        for row, stem in both[:100]:
            stored = to_array(read_picture(archive.read(f"{stem}.webp"))).astype(float)
            assert np.abs(stored - faces.pixels[row]).mean() < 4  # of 255: what WebP changes


def test_the_bundled_scores_hold_on_other_validation_faces_from_the_frames(tmp_path: Path) -> None:
    faces = cache.load(find_files(DATA / "celeba", "val", DataOptions()), tmp_path)
    for pulled in pull("bundled").models:
        measured = inference.score(pulled.model, faces, pulled.record.objective).squared_error
        standard_error = measured.std() / len(measured) ** 0.5
        assert abs(measured.mean() - pulled.record.scores["squared_error"]) < 4 * standard_error
