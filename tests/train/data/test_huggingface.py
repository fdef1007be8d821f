"""Data sets by name, through `datasets`: on the disk, read by the same library as those of the Hub."""

from collections.abc import Iterator
from pathlib import Path

import datasets
import numpy as np
import pytest
from datasets import Dataset, Features, Image, Value

from faces.image import read_picture, to_array
from tests.conftest import drawn_face
from train.data import cache, decode, huggingface
from train.data.load import load, load_splits, name_of
from train.data.pictures import DataError
from train.data.reading import Reading


@pytest.fixture(autouse=True)
def _quiet_and_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(decode, "cores", lambda: 1)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "hf")
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.fixture
def parquet(faces_folder: Path, tmp_path: Path) -> str:
    """Forty pictures in two shards, one of which is broken, with a caption; and ten for tests."""
    files = sorted(faces_folder.iterdir())
    place = tmp_path / "parquet"
    place.mkdir()

    def rows(start: int, end: int) -> dict[str, list[object]]:
        pictures = [{"bytes": file.read_bytes(), "path": file.name} for file in files[start:end]]
        return {"caption": [f"number {i}" for i in range(start, end)], "face": pictures}

    features = Features({"caption": Value("string"), "face": Image()})
    for i, (start, end, split) in enumerate(((0, 20, "train"), (20, 40, "train"), (40, 50, "test"))):
        held = rows(start, end)
        if i == 1:
            held["face"][3] = {"bytes": b"no picture", "path": "broken.png"}
        Dataset.from_dict(held, features=features).to_parquet(place / f"{split}-{i:05d}.parquet")
    return f"hub:{place}"


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(cache=tmp_path / "cache")


def test_pictures_are_found_by_what_the_columns_are(parquet: str, reading: Reading, faces_folder: Path) -> None:
    everything = load(parquet, None, reading)
    assert len(everything) == 39
    assert [line.split(":")[0] for line in everything.refused] == ["broken.png"]
    for name, pixels in zip(everything.names, everything.pixels, strict=True):
        assert np.array_equal(pixels, to_array(read_picture(faces_folder / name)))


def test_a_seeded_twentieth_validates_and_is_cached_with_the_rest(parquet: str, reading: Reading) -> None:
    splits = load_splits(parquet, None, reading)
    assert (len(splits.training) + len(splits.validation), len(splits.validation)) == (39, 2)
    assert not set(splits.training.names) & set(splits.validation.names)
    assert len(list(reading.cache.glob("*/index.json"))) == 1


@pytest.mark.parametrize("way", ["--split", "in the name"])
def test_a_split_of_the_hubs_is_chosen(parquet: str, reading: Reading, way: str, faces_folder: Path) -> None:
    if way == "--split":
        found = load(parquet, None, Reading(cache=reading.cache, hub_split="test"))
    else:
        found = load(f"{parquet}:test", None, reading)
    assert sorted(found.names) == [file.name for file in sorted(faces_folder.iterdir())[40:50]]


def test_named_validation_data_leave_the_rest_for_training(parquet: str, reading: Reading) -> None:
    splits = load_splits(parquet, f"{parquet}:test", reading)
    assert (len(splits.training), len(splits.validation)) == (39, 10)
    with pytest.raises(DataError, match="would validate what it trains"):
        load_splits(parquet, f"{parquet}:train", reading)


def test_a_folder_of_pictures_is_read_where_it_lies(faces_folder: Path, tmp_path: Path, reading: Reading) -> None:
    (tmp_path / "images" / "train").mkdir(parents=True)
    for file in sorted(faces_folder.iterdir())[:5]:
        (tmp_path / "images" / "train" / file.name).write_bytes(file.read_bytes())
    found = load(f"hub:{tmp_path / 'images'}", None, reading)
    assert sorted(found.names) == [f"{i:03d}.png" for i in range(5)]
    for name, pixels in zip(found.names, found.pixels, strict=True):
        assert np.array_equal(pixels, to_array(read_picture(faces_folder / name)))


def test_changed_data_are_other_data(parquet: str, reading: Reading) -> None:
    before = huggingface.find(parquet, None, reading).facts()
    assert huggingface.find(parquet, "train", reading).facts() == before
    assert huggingface.find(f"{parquet}:test", None, reading).facts() != before
    place = Path(parquet.removeprefix("hub:"))
    features = Features({"caption": Value("string"), "face": Image()})
    Dataset.from_dict({"caption": ["other"], "face": [drawn_face(99)]}, features=features).to_parquet(
        place / "train-00000.parquet"
    )
    assert huggingface.find(parquet, None, reading).facts() != before


def test_a_stream_that_broke_goes_on_where_it_broke(
    parquet: str, reading: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load(parquet, None, Reading(cache=tmp_path / "whole"))
    monkeypatch.setitem(cache.CHUNK, "centre", 8)
    real, asked = huggingface._picture, []

    def breaking(value: dict[str, object], number: str) -> tuple[str, bytes]:
        asked.append(number)
        if len(asked) == 20:
            raise ConnectionError("reset by peer")
        return real(value, number)

    monkeypatch.setattr(huggingface, "_picture", breaking)
    with pytest.raises(DataError, match="start the same command again"):
        load(parquet, None, reading)
    found = load(parquet, None, reading)
    assert asked[20] == "00000016"
    assert found.names == whole.names
    assert np.array_equal(found.pixels, whole.pixels)


def test_a_column_that_cannot_be_told_is_asked_for(faces_folder: Path, tmp_path: Path) -> None:
    pictures = [{"bytes": (faces_folder / f"{i:03d}.png").read_bytes(), "path": None} for i in range(6)]
    two = Dataset.from_dict(
        {"left": pictures[:3], "right": pictures[3:]}, features=Features({"left": Image(), "right": Image()})
    )
    (tmp_path / "two").mkdir()
    two.to_parquet(tmp_path / "two" / "train.parquet")
    data, caches = f"hub:{tmp_path / 'two'}", tmp_path / "cache"
    with pytest.raises(DataError, match="--column left or right"):
        load(data, None, Reading(cache=caches))
    with pytest.raises(DataError, match="no column face: it has left, right"):
        load(data, None, Reading(cache=caches, column="face"))
    found = load(data, None, Reading(cache=caches, column="right"))
    expected = [to_array(read_picture(faces_folder / f"{i:03d}.png")) for i in (3, 4, 5)]
    assert sorted(pixels.tobytes() for pixels in found.pixels) == sorted(pixels.tobytes() for pixels in expected)
    assert sorted(found.names) == ["00000000", "00000001", "00000002"]  # they have no other


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("hub:", "write hub:NAME"),
        ("hub:nobody/nothing", "cannot be read from the Hub"),
        ("hub:{place}:dev", "cannot be read from the Hub .*dev"),
    ],
)
def test_what_is_not_there_is_said(
    parquet: str, reading: Reading, monkeypatch: pytest.MonkeyPatch, data: str, said: str
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("Couldn't reach 'nobody/nothing' on the Hub")

    if "nobody" in data:
        monkeypatch.setattr(datasets, "load_dataset_builder", unreachable)
    with pytest.raises(DataError, match=said):
        load(data.replace("hub:{place}", parquet), None, reading)


def test_without_datasets_it_is_said_what_to_install(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface, "find_spec", lambda _: None)
    with pytest.raises(DataError, match="pip install datasets"):
        load("hub:someone/faces", None, reading)


def test_a_commit_needs_no_question_to_the_hub(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "load_dataset_builder", None)
    found = huggingface.find(f"hub:someone/faces@{'0a' * 20}:train", None, reading)
    assert (found.fingerprint, found.hub_split, found.title) == ("0a" * 20, "train", "someone/faces")


def test_the_record_names_the_data_but_no_place_of_this_machine(parquet: str) -> None:
    assert name_of("hub:someone/faces:train") == "hub:someone/faces:train"
    assert "/" not in name_of(parquet)
