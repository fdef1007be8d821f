"""Data sets of the Hub, read by `datasets` from local files as from the Hub."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from datasets import Dataset, Features, Image, Value

from faces.image import read_picture, to_array
from tests.conftest import draw_face
from train.data import cache, decode, huggingface
from train.data.cache import CachedImages
from train.data.load import load, load_splits, public_name
from train.data.options import DataOptions
from train.data.pictures import DataError


@pytest.fixture(autouse=True)
def _one_process_and_an_empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(decode, "available_cores", lambda: 1)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "hf")
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.fixture
def parquet(faces_folder: Path, tmp_path: Path) -> str:
    """Write 40 images with captions in two shards, one of them broken, and a test split of 10; return the address."""
    files = sorted(faces_folder.iterdir())
    folder = tmp_path / "parquet"
    folder.mkdir()

    def rows(start: int, end: int) -> dict[str, list[Any]]:
        images = [{"bytes": file.read_bytes(), "path": file.name} for file in files[start:end]]
        return {"caption": [f"number {i}" for i in range(start, end)], "face": images}

    features = Features({"caption": Value("string"), "face": Image()})
    for i, (start, end, split) in enumerate(((0, 20, "train"), (20, 40, "train"), (40, 50, "test"))):
        shard = rows(start, end)
        if i == 1:
            shard["face"][3] = {"bytes": b"no picture", "path": "broken.png"}
        Dataset.from_dict(shard, features=features).to_parquet(folder / f"{split}-{i:05d}.parquet")
    return f"hub:{folder}"


@pytest.fixture
def options(tmp_path: Path) -> DataOptions:
    return DataOptions(cache=tmp_path / "cache")


def load_all(data: str, options: DataOptions) -> CachedImages:
    images = load(data, "all", options)
    assert isinstance(images, CachedImages)
    return images


def test_images_come_from_the_only_image_column(parquet: str, options: DataOptions, faces_folder: Path) -> None:
    images = load_all(parquet, options)
    assert len(images) == 39
    assert [line.split(":")[0] for line in images.rejected] == ["broken.png"]
    for name, pixels in zip(images.names, images.pixels, strict=True):
        assert np.array_equal(pixels, to_array(read_picture(faces_folder / name)))


def test_a_seeded_twentieth_validates_and_shares_the_cache(parquet: str, options: DataOptions, tmp_path: Path) -> None:
    training, validation = load_splits(parquet, None, options)
    assert isinstance(training, CachedImages)
    assert isinstance(validation, CachedImages)
    assert (len(training) + len(validation), len(validation)) == (39, 2)
    assert not set(training.names) & set(validation.names)
    assert len(list((tmp_path / "cache").glob("*/index.json"))) == 1


@pytest.mark.parametrize("way", ["--split", "address", "recipe"])
def test_a_split_is_chosen_by_option_or_address(
    parquet: str, options: DataOptions, way: str, faces_folder: Path
) -> None:
    if way == "--split":
        names = load_all(parquet, replace(options, split="test")).names
    elif way == "address":
        names = load_all(f"{parquet}:test", options).names
    else:
        parts = load_splits(parquet, None, replace(options, split="test"))
        names = tuple(name for part in parts if isinstance(part, CachedImages) for name in part.names)
    assert sorted(names) == [file.name for file in sorted(faces_folder.iterdir())[40:50]]


def test_train_val_and_all_are_parts_of_the_split(parquet: str, options: DataOptions) -> None:
    """For a command that scores one part, --split val is the held-out part of the data set's split train."""
    for split, count in (("train", 37), ("val", 2), ("all", 39)):
        chosen = replace(options, split=split)
        assert len(load(parquet, chosen.choose_split("val"), chosen)) == count


def test_other_validation_data_leave_all_images_for_training(parquet: str, options: DataOptions) -> None:
    splits = load_splits(parquet, f"{parquet}:test", options)
    assert (len(splits.training), len(splits.validation)) == (39, 10)
    with pytest.raises(DataError, match="both train and validate"):
        load_splits(parquet, f"{parquet}:train", options)


def test_a_folder_of_image_files_is_a_data_set(faces_folder: Path, tmp_path: Path, options: DataOptions) -> None:
    (tmp_path / "images" / "train").mkdir(parents=True)
    for file in sorted(faces_folder.iterdir())[:5]:
        (tmp_path / "images" / "train" / file.name).write_bytes(file.read_bytes())
    images = load_all(f"hub:{tmp_path / 'images'}", options)
    assert sorted(images.names) == [f"{i:03d}.png" for i in range(5)]
    for name, pixels in zip(images.names, images.pixels, strict=True):
        assert np.array_equal(pixels, to_array(read_picture(faces_folder / name)))


def test_changed_data_have_another_cache_key(parquet: str, options: DataOptions) -> None:
    before = huggingface.find(parquet, "all", options).cache_key()
    assert huggingface.find(parquet, "train", options).cache_key() == before
    assert huggingface.find(f"{parquet}:test", "all", options).cache_key() != before
    features = Features({"caption": Value("string"), "face": Image()})
    Dataset.from_dict({"caption": ["other"], "face": [draw_face(99)]}, features=features).to_parquet(
        Path(parquet.removeprefix("hub:")) / "train-00000.parquet"
    )
    assert huggingface.find(parquet, "all", options).cache_key() != before


@pytest.mark.parametrize(("align", "first"), [(False, "00000000"), (True, "00000016")])
def test_a_broken_stream_starts_again_unless_images_are_aligned(
    parquet: str, options: DataOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, align: bool, first: str
) -> None:
    options = replace(options, align=align)
    expected = load_all(parquet, replace(options, cache=tmp_path / "expected"))
    monkeypatch.setitem(cache.CHUNK, "aligned" if align else "centre", 8)
    real = huggingface._read_image
    read: list[str] = []

    def break_at_the_twentieth(value: dict[str, Any], number: str) -> tuple[str, bytes]:
        read.append(number)
        if len(read) == 20:
            raise ConnectionError("reset by peer")
        return real(value, number)

    monkeypatch.setattr(huggingface, "_read_image", break_at_the_twentieth)
    with pytest.raises(DataError, match="run the same command again"):
        load(parquet, "all", options)
    images = load_all(parquet, options)
    assert read[20] == first
    assert images.names == expected.names
    assert np.array_equal(images.pixels, expected.pixels)


def test_an_ambiguous_column_is_an_error_that_lists_the_choices(faces_folder: Path, tmp_path: Path) -> None:
    images = [{"bytes": (faces_folder / f"{i:03d}.png").read_bytes(), "path": None} for i in range(6)]
    two = Dataset.from_dict(
        {"left": images[:3], "right": images[3:]}, features=Features({"left": Image(), "right": Image()})
    )
    (tmp_path / "two").mkdir()
    two.to_parquet(tmp_path / "two" / "train.parquet")
    data, caches = f"hub:{tmp_path / 'two'}", tmp_path / "cache"
    with pytest.raises(DataError, match="--column left or right"):
        load(data, "all", DataOptions(cache=caches))
    with pytest.raises(DataError, match="no column face: it has left, right"):
        load(data, "all", DataOptions(cache=caches, column="face"))
    right = load_all(data, DataOptions(cache=caches, column="right"))
    expected = [to_array(read_picture(faces_folder / f"{i:03d}.png")) for i in (3, 4, 5)]
    assert sorted(pixels.tobytes() for pixels in right.pixels) == sorted(pixels.tobytes() for pixels in expected)
    assert sorted(right.names) == ["00000000", "00000001", "00000002"]  # numbers, because there are no names


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("hub:", "write hub:NAME"),
        ("hub:nobody/nothing", "cannot be read from the Hub"),
        ("hub:{folder}:dev", "cannot be read from the Hub .*dev"),
    ],
)
def test_missing_data_sets_and_splits_are_errors(
    parquet: str, options: DataOptions, monkeypatch: pytest.MonkeyPatch, data: str, message: str
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("Couldn't reach 'nobody/nothing' on the Hub")

    if "nobody" in data:
        monkeypatch.setattr(datasets, "load_dataset_builder", unreachable)
    with pytest.raises(DataError, match=message):
        load(data.replace("hub:{folder}", parquet), "all", options)


def test_without_datasets_the_error_names_the_package(options: DataOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface, "find_spec", lambda _: None)
    with pytest.raises(DataError, match="pip install datasets"):
        load("hub:someone/faces", "all", options)


def test_a_commit_is_not_looked_up_on_the_hub(options: DataOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "load_dataset_builder", None)
    stream = huggingface.find(f"hub:someone/faces@{'0a' * 20}:train", "all", options)
    assert (stream.fingerprint, stream.hub_split, stream.title) == ("0a" * 20, "train", "someone/faces")


def test_the_record_names_the_data_without_local_paths(parquet: str) -> None:
    assert public_name("hub:someone/faces:train") == "hub:someone/faces:train"
    assert "/" not in public_name(parquet)
