from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import draw_face
from train.data.load import load, load_splits
from train.data.options import DataOptions, Split
from train.data.pictures import DataError
from train.errors import UserError


def test_a_crop_contradicts_alignment() -> None:
    with pytest.raises(UserError, match="--crop"):
        DataOptions(crop="centre", align=True)


@pytest.mark.parametrize(
    ("given", "expected"), [(None, "val"), ("all", "all"), ("train", "train"), ("validation", "val"), ("test", "val")]
)
def test_a_split_of_the_hub_leaves_the_default_part(given: str | None, expected: Split) -> None:
    assert DataOptions(split=given).choose_split("val") == expected


@pytest.mark.parametrize("kind", ["folder", "sprites"])
def test_only_the_hub_has_splits_of_other_names(kind: Literal["folder", "sprites"], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for seed in range(2):
        draw_face(seed).save(tmp_path / "in" / f"{seed}.png")
    data: str | Path = "sprites" if kind == "sprites" else tmp_path / "in"
    with pytest.raises(DataError, match="--split validation"):
        load(data, "val", DataOptions("validation", cache=tmp_path / "cache"))
    for split in ("validation", "all", "val"):  # a recipe takes both parts
        with pytest.raises(DataError, match=f"--split {split} is for hub:NAME"):
            load_splits(data, None, DataOptions(split, cache=tmp_path / "cache"))
    for accepted in (None, "train"):
        splits = load_splits(data, None, DataOptions(accepted, cache=tmp_path / "cache"))
        assert (splits.training.metadata["split"], splits.validation.metadata["split"]) == ("train", "val")
