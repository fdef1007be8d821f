from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from train import loop
from train.config import Tracker, TrainConfig
from train.errors import UserError
from train.run import metrics_log, tracking
from train.run.metrics_log import TERMS
from vae_models.files.training_record import TrainingRecord

Train = Callable[[TrainConfig], Path]


class TensorBoard:
    """Events that TensorBoard reads from a run's folder."""

    def __init__(self, folder: Path) -> None:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        self.events = EventAccumulator(str(folder / "tensorboard"), size_guidance={"images": 0})
        self.events.Reload()

    def scalars(self, name: str) -> list[tuple[int, float]]:
        return [(event.step, event.value) for event in self.events.Scalars(name)]

    def pictures(self) -> dict[int, Image.Image]:
        return {event.step: Image.open(BytesIO(event.encoded_image_string)) for event in self.events.Images("samples")}


def lines(folder: Path, term: str) -> list[tuple[int, Any]]:
    return [(int(line["step"]), pytest.approx(line[term], rel=1e-6)) for line in metrics_log.read(folder)]


@pytest.fixture
def tracked(config: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    """Track a run of nine steps: metrics and checkpoints after five steps and after the last, samples after seven."""
    monkeypatch.setattr(loop, "LOG_EVERY", 5)
    return replace(config, track="tensorboard", steps=9)


def test_tensorboard_shows_metrics_and_samples_but_no_reconstructions(tracked: TrainConfig, train: Train) -> None:
    folder = train(tracked)
    shown = TensorBoard(folder)
    for term in TERMS:
        assert shown.scalars(term) == lines(folder, term)
    assert [step for step, _ in shown.scalars("images_per_second")] == [5, 9]
    pictures = shown.pictures()
    assert list(pictures) == [7, 9]
    for step, picture in pictures.items():
        with Image.open(folder / "samples" / f"step-{step:08d}.png") as drawn:
            assert np.array_equal(np.asarray(picture), np.asarray(drawn))
    assert shown.events.Tags()["images"] == ["samples"]


def test_a_resumed_run_continues_the_same_curves(
    tracked: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after step 8, resumed from step 5: the samples of step 7 are shown once."""
    with monkeypatch.context() as patch:
        real = loop.train_step

        def killed(run: loop.Run, step: int) -> object:
            if step == 8:
                raise SystemExit
            return real(run, step)

        patch.setattr(loop, "train_step", killed)
        with pytest.raises(SystemExit):
            train(tracked)
    folder = train(replace(tracked, resume=True))
    shown = TensorBoard(folder)
    assert shown.scalars("kl") == lines(folder, "kl")
    assert [step for step, _ in shown.scalars("kl")] == [5, 9]
    assert list(shown.pictures()) == [7, 9]


def test_nothing_is_tracked_by_default(finished: Callable[[str], Path]) -> None:
    assert not (finished("vae") / "tensorboard").exists()


def test_the_tracker_is_not_recorded(config: TrainConfig) -> None:
    folder = loop.train(replace(config, track="tensorboard", steps=1))
    assert "track" not in TrainingRecord.read(folder).settings


@pytest.mark.parametrize("tracker", ["tensorboard", "trackio", "wandb"])
def test_a_missing_tracker_is_reported_before_training(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch, tracker: Tracker
) -> None:
    monkeypatch.setattr("train.errors.find_spec", lambda _: None)
    with pytest.raises(UserError, match=f"--track {tracker} needs .*: pip install {tracker}$"):
        loop.train(replace(config, track=tracker))
    assert not config.run_dir().exists()


def test_every_run_has_a_unique_name(config: TrainConfig) -> None:
    assert len({tracking.new_run_name(config) for _ in range(20)}) == 20


@pytest.mark.processes
@pytest.mark.parametrize("tracker", ["trackio", "wandb"])
def test_other_trackers_keep_the_samples_on_this_machine(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tracker: Tracker
) -> None:
    """A resumed run adds to the same tracked run."""
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    monkeypatch.delenv("WANDB_MODE", raising=False)
    pytest.importorskip(tracker, reason=f"--track {tracker} needs its package")
    tracked = replace(config, track=tracker, steps=14)
    train(tracked)
    folder = train(replace(tracked, steps=21, resume=True))
    shown_in = tmp_path / "trackio" / "media" if tracker == "trackio" else folder / "wandb"
    shown, drawn = set(shown_in.rglob("*.png")), set((folder / "samples").iterdir())
    assert len(shown) == len(drawn) == 3
    assert _pixels(shown) == _pixels(drawn)


def _pixels(files: set[Path]) -> set[bytes]:
    return {Image.open(file).convert("RGB").tobytes() for file in files}  # trackio adds an alpha channel
