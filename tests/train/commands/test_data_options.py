from pathlib import Path
from typing import Any

import pytest
import tyro

from train.commands.claims import ClaimsConfig
from train.commands.evaluate import EvaluateConfig
from train.commands.name_latents import NamesConfig
from train.commands.score import ScoreConfig
from train.data.options import DataOptions


@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        (EvaluateConfig, ["model", "--data", "hub:someone/faces"]),
        (NamesConfig, ["model", "--data", "hub:someone/faces", "--attributes", "labels.csv"]),
        (ClaimsConfig, ["--data", "hub:someone/faces:test", "--training", "hub:someone/faces"]),
        (ScoreConfig, ["model", "--data", "hub:someone/faces"]),
    ],
)
def test_commands_that_read_images_take_the_same_options(config: type[Any], arguments: list[str]) -> None:
    options = ["--split", "train", "--crop", "celeba", "--column", "image", "--cache", "folder"]
    parsed = tyro.cli(config, args=[*arguments, *options])
    assert parsed.options == DataOptions("train", "celeba", column="image", cache=Path("folder"))
    assert tyro.cli(config, args=[*arguments, "--align"]).options == DataOptions(align=True)
    assert str(parsed.data).startswith("hub:")
