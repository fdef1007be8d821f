"""One network for every beta in the commands: scores at a beta, and the curve."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.__main__ import main
from train.commands import train as train_command
from train.commands.evaluate import EvaluateConfig
from train.commands.figures import CurveConfig
from train.config import TrainConfig
from train.data.options import DataOptions
from train.errors import UserError
from train.evaluation.dial.curve import Point, from_entry, measure_curve, spread_betas, to_entry
from train.figures import dial as figure
from vae_models.files.training_record import TrainingRecord

Evaluation = Callable[[str], EvaluateConfig]


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    return main()


def flags(config: EvaluateConfig) -> list[str]:
    return [str(config.model), "--data", str(config.data), "--cache", str(config.options.cache)]


def test_scores_at_a_beta_are_printed_and_nothing_is_written(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = evaluation("beta-dial")
    before = files(config.model)
    assert command(monkeypatch, "evaluate", *flags(config), "--beta", "50") == 0
    printed = capsys.readouterr().out
    assert "beta-dial at beta 50 on " in printed
    curve = from_entry(TrainingRecord.read(config.model).curve or {})
    assert f"{curve[-1].kl:.4g} nats" in printed
    assert files(config.model) == before


def test_without_a_beta_the_scores_at_one_are_measured_again(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = evaluation("beta-dial")
    before = TrainingRecord.read(config.model)
    assert command(monkeypatch, "evaluate", *flags(config)) == 0
    after = TrainingRecord.read(config.model)
    assert after.scores["kl"] == pytest.approx(before.scores["kl"])
    assert (after.curve, after.objective) == (before.curve, before.objective)


@pytest.mark.parametrize(
    ("recipe", "arguments", "sentence"),
    [
        ("beta-dial", ("--beta", "51"), "beta=51: this dial goes from 1 to 50"),
        ("vae", ("--beta", "5"), "was trained with one beta: leave --beta out"),
    ],
)
def test_a_beta_that_a_model_lacks_is_refused_in_one_sentence(
    evaluation: Evaluation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    recipe: str,
    arguments: tuple[str, str],
    sentence: str,
) -> None:
    assert command(monkeypatch, "evaluate", *flags(evaluation(recipe)), *arguments) == 2
    assert capsys.readouterr().err.endswith(f"{sentence}\n")


def test_the_recorded_curve_becomes_a_table_and_two_figures(evaluation: Evaluation, tmp_path: Path) -> None:
    folder = evaluation("beta-dial").model
    before = files(folder)
    lines = CurveConfig(folder, output=tmp_path / "figures").run().splitlines()
    assert [Path(line.split(":")[0]).name for line in lines] == ["curve.csv", "curve.png", "curve.pdf"]
    curve = TrainingRecord.read(folder).curve
    assert curve is not None
    with (tmp_path / "figures" / "curve.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {name: [float(row[name]) for row in rows] for name in Point._fields} == {
        name: curve[name] for name in Point._fields
    }
    with Image.open(tmp_path / "figures" / "curve.png") as picture:
        assert picture.width > 1500
    assert (tmp_path / "figures" / "curve.pdf").read_bytes().startswith(b"%PDF")
    assert files(folder) == before


def test_a_curve_of_other_pictures_is_recorded(evaluation: Evaluation) -> None:
    config = evaluation("beta-dial")
    before = TrainingRecord.read(config.model).curve
    options = DataOptions(cache=config.options.cache, split="all")
    CurveConfig(config.model, config.data, options=options).run()
    after = TrainingRecord.read(config.model).curve
    assert before is not None
    assert after is not None
    assert (before["data"]["pictures"], after["data"]["pictures"]) == (3, 60)
    assert after["kl"] != before["kl"]
    assert after["beta"] == before["beta"]
    assert (config.model / "curve.csv").is_file()


def test_a_model_with_one_beta_has_no_curve(evaluation: Evaluation) -> None:
    with pytest.raises(UserError, match="was trained with one beta: curve takes the folder of a dial"):
        CurveConfig(evaluation("vae").model).run()


def test_an_entry_of_the_record_holds_all_points_in_order() -> None:
    points = [Point(beta, 1 / beta, 2.0, 3.0, 4, None) for beta in (1.0, 3.0, 50.0)]
    entry = to_entry(points, {"pictures": 7})
    assert entry["data"] == {"pictures": 7}
    assert entry["beta"] == [1.0, 3.0, 50.0]
    assert from_entry(entry) == points


@pytest.mark.parametrize("highest", [7.0, 20.0, 50.0, 1000.0])
def test_betas_ascend_evenly_and_the_round_ones_are_among_them(highest: float) -> None:
    betas = spread_betas(highest)
    assert len(betas) == len(set(betas)) == 25
    assert betas == sorted(betas)
    assert betas[0] == 1
    assert betas[-1] == highest
    assert {beta for beta in (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 500.0) if beta <= highest} <= set(betas)
    steps = np.diff(np.log(betas)) / np.log(highest) * 24
    assert (steps > 0.2).all()
    assert (steps < 1.8).all()


def test_the_figure_labels_round_betas() -> None:
    points = [Point(beta, 100 + beta, 90 + beta, 30 / beta, 20, 0.1) for beta in spread_betas(50)]
    rate, units, dependence = figure.draw(points, "beta-dial").axes
    labels = [text.get_text() for text in rate.texts]
    assert labels == ["β = 1", "2", "5", "10", "20", "50"]
    assert units.get_xscale() == dependence.get_xscale() == "log"


def test_measured_points_are_those_of_the_chosen_betas(
    evaluation: Evaluation, faces_folder: Path, faces_cache: Path
) -> None:
    from train.data.load import load
    from vae_models import Dial

    folder = evaluation("beta-dial").model
    pictures = load(faces_folder, "val", DataOptions(cache=faces_cache))
    record = TrainingRecord.read(folder)
    (point,) = measure_curve(Dial.from_pretrained(folder), pictures, record.objective, [50.0])
    assert point == pytest.approx(from_entry(record.curve or {})[-1])


@pytest.mark.parametrize(
    ("recipe", "command"), [("vae", "python app.py --models runs/x"), ("beta-dial", "python -m train curve runs/x")]
)
def test_the_end_of_a_run_names_the_command_that_shows_it(
    monkeypatch: pytest.MonkeyPatch, recipe: str, command: str
) -> None:
    monkeypatch.setattr("train.loop.train", lambda _: Path("runs/x"))
    assert train_command.run(TrainConfig(recipe=recipe, data=Path("faces"))) == f"runs/x is finished: {command}"
