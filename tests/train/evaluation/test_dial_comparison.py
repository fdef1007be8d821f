"""A dial beside separately trained models: `compare-dial`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from train.commands.table import CompareDialConfig
from train.data.factors.sprites import load as load_sprites
from train.data.load import load
from train.data.options import DataOptions
from train.data.pictures import DataError
from train.errors import UserError
from train.evaluation.dial.comparison import (
    Scores,
    Single,
    choose_comparable,
    compare,
    correlate,
    format_pairs,
)
from vae_models import Dial
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import Objective, beta_tcvae, beta_vae

Finished = Callable[[str], Path]


def singles(record: TrainingRecord, dial: Dial, *objectives: Objective) -> list[Single]:
    """Take the dial at beta 5 for separately trained models of other objectives."""
    return [Single(dial.at(5), replace(record, recipe="beta-vae", objective=each)) for each in objectives]


@pytest.mark.parametrize("recipe", ["beta-dial", "beta-tc-dial"])
def test_a_dial_equals_its_own_model_of_one_beta(
    finished: Finished, faces_folder: Path, faces_cache: Path, recipe: str
) -> None:
    folder = finished(recipe)
    dial, record = Dial.from_pretrained(folder), TrainingRecord.read(folder)
    pictures = load(faces_folder, "val", DataOptions(cache=faces_cache))
    objectives = (record.objective, record.objective_at(5))
    models = [
        Single(dial.at(beta), replace(record, objective=each)) for beta, each in zip((1, 5), objectives, strict=True)
    ]
    first, second = compare(dial, record, models, pictures)
    for pair in (first, second):
        assert pair.single.loss == pytest.approx(pair.dial.loss)
        assert torch.allclose(pair.single.mean, pair.dial.mean)
    assert (first.beta, second.beta) == (1, 5)
    assert second.dial.loss > first.dial.loss
    lines = format_pairs([first, second]).splitlines()
    assert [line.count("+0.0 %") + line.count("-0.0 %") for line in lines[2:6]] == [0, 2, 0, 2]


def test_only_models_of_the_dial_s_objective_are_compared(finished: Finished) -> None:
    folder = finished("beta-dial")
    dial, record = Dial.from_pretrained(folder), TrainingRecord.read(folder)
    models = singles(
        record,
        dial,
        beta_vae(10),
        beta_tcvae(20),
        beta_vae(51),
        beta_vae(0.5),
        Objective(kl=2.0, distortion_weight=3.0),
        Objective(kl=0.0),
        beta_vae(2),
        beta_vae(1),
    )
    assert [each.record.beta for each in choose_comparable(record, 50, models)] == [1, 2, 10]


def test_the_least_correlation_is_over_informative_dimensions() -> None:
    mean = torch.randn(50, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    first = Scores(1.0, torch.tensor([2.0, 1.0, 0.05]), mean, 1.0)
    assert correlate(first, first) == pytest.approx(1)
    assert correlate(first, replace(first, mean=mean * torch.tensor([0.5, -2.0, 3.0]))) == pytest.approx(-1)
    assert correlate(first, replace(first, mean=mean * torch.tensor([0.5, 2.0, -3.0]))) == pytest.approx(1)
    assert correlate(replace(first, kl=torch.zeros(3)), first) is None


def test_pictures_of_other_channels_are_one_sentence(finished: Finished) -> None:
    folder = finished("beta-dial")
    dial, record = Dial.from_pretrained(folder), TrainingRecord.read(folder)
    with pytest.raises(DataError, match="The model has 3 channels, the pictures have 1"):
        compare(dial, record, [Single(dial.at(1), record)], load_sprites("val"))


def test_a_folder_that_cannot_be_compared_is_one_sentence(
    finished: Finished, finished_copy: Finished, faces_folder: Path
) -> None:
    dial, ordinary = finished("beta-dial"), finished_copy("vae")
    with pytest.raises(UserError, match="compare-dial takes the folder of a dial"):
        CompareDialConfig(ordinary, faces_folder).run()
    with pytest.raises(UserError, match="There is no folder missing"):
        CompareDialConfig(dial, faces_folder, models=("missing",)).run()
    record = TrainingRecord.read(ordinary)
    replace(record, objective=Objective(distortion_weight=2.0)).write(ordinary)
    with pytest.raises(UserError, match="No model was trained with the dial's objective"):
        CompareDialConfig(dial, faces_folder, models=(str(ordinary),)).run()
