from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train import loop
from train.config import TrainConfig
from train.run import metrics_log, tracking
from train.run.metrics_log import TERMS
from vae_models.files.training_record import TrainingRecord

Train = Callable[[TrainConfig], Path]


class Shown:
    """What TensorBoard reads of a run's folder."""

    def __init__(self, folder: Path) -> None:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        self.events = EventAccumulator(str(folder / "tensorboard"), size_guidance={"images": 0})
        self.events.Reload()

    def scalars(self, name: str) -> list[tuple[int, float]]:
        return [(event.step, event.value) for event in self.events.Scalars(name)]

    def pictures(self) -> dict[int, Image.Image]:
        return {event.step: Image.open(BytesIO(event.encoded_image_string)) for event in self.events.Images("samples")}


def lines(folder: Path, term: str) -> list[tuple[int, float]]:
    return [(int(line["step"]), pytest.approx(line[term], rel=1e-6)) for line in metrics_log.read(folder)]


@pytest.fixture
def tracked(config: TrainConfig) -> TrainConfig:
    return replace(config, track="tensorboard", steps=45)


def test_tensorboard_shows_the_metrics_file_and_the_samples_and_no_face(tracked: TrainConfig, train: Train) -> None:
    folder = train(tracked)
    shown = Shown(folder)
    for term in TERMS:
        assert shown.scalars(term) == lines(folder, term)
    assert [step for step, _ in shown.scalars("images_per_second")] == [20, 40, 45]
    pictures = shown.pictures()
    assert list(pictures) == [7, 14, 21, 28, 35, 42, 45]
    for step, picture in pictures.items():
        with Image.open(folder / "samples" / f"step-{step:08d}.png") as drawn:
            assert np.array_equal(np.asarray(picture), np.asarray(drawn))
    assert shown.events.Tags()["images"] == ["samples"]


def test_a_resumed_run_goes_on_in_the_same_curves(
    tracked: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after step 43, whose checkpoint is that of step 40: what was shown of 42 and later is shown once."""
    with monkeypatch.context() as patch:
        real = loop._step

        def killed(run: loop.Run, step: int) -> object:
            if step == 43:
                raise SystemExit
            return real(run, step)

        patch.setattr(loop, "_step", killed)
        with pytest.raises(SystemExit):
            train(tracked)
    folder = train(replace(tracked, resume=True))
    shown = Shown(folder)
    assert shown.scalars("kl") == lines(folder, "kl")
    assert [step for step, _ in shown.scalars("kl")] == [20, 40, 45]
    assert list(shown.pictures()) == [7, 14, 21, 28, 35, 42, 45]


def test_nothing_is_tracked_unless_it_is_asked_for(config: TrainConfig, train: Train) -> None:
    assert not (train(config) / "tensorboard").exists()


def test_tracking_changes_nothing_that_is_recorded(config: TrainConfig) -> None:
    folder = loop.train(replace(config, track="tensorboard"))
    assert "track" not in TrainingRecord.read(folder).settings


@pytest.mark.parametrize("tracker", ["tensorboard", "trackio", "wandb"])
def test_a_missing_package_is_said_before_anything_is_done(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch, tracker: tracking.Tracker
) -> None:
    monkeypatch.setattr(tracking, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=f"--track {tracker} needs .*: pip install {tracker}$"):
        loop.train(replace(config, track=tracker))
    assert not config.folder().exists()


def test_every_run_has_a_name_of_its_own(config: TrainConfig) -> None:
    assert len({tracking.new_name(config) for _ in range(20)}) == 20


@pytest.mark.slow
@pytest.mark.parametrize("tracker", ["trackio", "wandb"])
def test_other_trackers_keep_the_samples_on_this_machine(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tracker: tracking.Tracker
) -> None:
    """A run and its continuation, as one."""
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    monkeypatch.delenv("WANDB_MODE", raising=False)
    pytest.importorskip(tracker, reason=f"--track {tracker} needs its package")
    tracked = replace(config, track=tracker, steps=14)
    train(tracked)
    folder = train(replace(tracked, steps=21, resume=True))
    place = tmp_path / "trackio" / "media" if tracker == "trackio" else folder / "wandb"
    shown, drawn = set(place.rglob("*.png")), set((folder / "samples").iterdir())
    assert len(shown) == len(drawn) == 3
    assert _pixels(shown) == _pixels(drawn)


def _pixels(files: set[Path]) -> set[bytes]:
    return {Image.open(file).convert("RGB").tobytes() for file in files}  # trackio stores an alpha of its own
