import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from accelerate import Accelerator

from train import loop
from train.config import TrainConfig
from train.errors import UserError
from train.run import checkpoint, metrics_log
from train.run.metrics_log import LOG_EVERY, METRICS, TERMS, MetricsFile

STEPS = 70
Train = Callable[[TrainConfig], Path]
Change = Callable[[loop.Run, dict[str, torch.Tensor]], dict[str, torch.Tensor]]


def terms(step: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(step)
    return dict(zip(TERMS, torch.rand(len(TERMS), generator=generator), strict=True))


def write(folder: Path, metrics: MetricsFile, first: int, last: int) -> bytes:
    for step in range(first, last):
        metrics.add(terms(step))
        if (step + 1) % LOG_EVERY == 0 or step + 1 == STEPS:
            metrics.flush(step + 1)
    return (folder / METRICS).read_bytes()


@pytest.fixture
def uninterrupted(tmp_path: Path) -> bytes:
    (tmp_path / "uninterrupted").mkdir()
    return write(tmp_path / "uninterrupted", MetricsFile(Accelerator(), tmp_path / "uninterrupted"), 0, STEPS)


def test_a_line_holds_the_means_of_its_steps(uninterrupted: bytes) -> None:
    lines = [json.loads(line) for line in uninterrupted.splitlines()]
    assert [line["step"] for line in lines] == [20, 40, 60, 70]
    kl = [terms(step)["kl"].item() for step in range(60, 70)]
    assert lines[-1]["kl"] == pytest.approx(sum(kl) / 10, rel=1e-12)


@pytest.mark.parametrize("killed", [25, 39, 40, 59, 70])
@pytest.mark.parametrize("kept", [1, 20, 23])
def test_a_resumed_run_ends_with_the_lines_of_an_uninterrupted_one(
    tmp_path: Path, uninterrupted: bytes, kept: int, killed: int
) -> None:
    """The checkpoint is that of step `kept`, the kill comes after step `killed`."""
    metrics = MetricsFile(Accelerator(), tmp_path)
    write(tmp_path, metrics, 0, kept)
    rows = json.loads(json.dumps(metrics.rows()))
    write(tmp_path, metrics, kept, killed)
    assert write(tmp_path, MetricsFile(Accelerator(), tmp_path, kept, rows), kept, STEPS) == uninterrupted


@pytest.mark.parametrize("left", [b'{"step": 60, "los', b"\0" * 64, b'{"step": 60}\n\0\0\n{"step": 80}\n', b"\xff\xfe"])
def test_lines_damaged_by_a_power_cut_are_dropped(tmp_path: Path, uninterrupted: bytes, left: bytes) -> None:
    lines = uninterrupted.splitlines(keepends=True)
    (tmp_path / METRICS).write_bytes(b"".join(lines[:2]) + left)
    assert write(tmp_path, MetricsFile(Accelerator(), tmp_path, 40), 40, STEPS) == uninterrupted


def test_a_new_run_drops_the_lines_of_one_without_checkpoint(tmp_path: Path, uninterrupted: bytes) -> None:
    write(tmp_path, MetricsFile(Accelerator(), tmp_path), 0, 50)
    assert write(tmp_path, MetricsFile(Accelerator(), tmp_path), 0, STEPS) == uninterrupted


def test_adding_a_step_does_not_wait_for_the_device(tmp_path: Path) -> None:
    """The host cannot read a tensor on the meta device."""
    metrics = MetricsFile(Accelerator(), tmp_path)
    for _ in range(LOG_EVERY):
        metrics.add({name: torch.zeros((), device="meta") for name in TERMS})
    with pytest.raises((RuntimeError, NotImplementedError), match="meta"):
        metrics.rows()


def test_terms_are_copied_when_they_are_added(tmp_path: Path) -> None:
    metrics, values = MetricsFile(Accelerator(), tmp_path), terms(0)
    metrics.add(values)
    expected = [values[name].item() for name in TERMS]
    for value in values.values():
        value.fill_(-1)  # like the next replay of a CUDA graph
    assert metrics.rows() == [expected]


@pytest.mark.parametrize(("term", "named"), [("kl", "kl"), ("tc", "tc"), ("loss", "loss")])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_first_step_that_is_not_finite_is_named_with_its_term(
    tmp_path: Path, term: str, named: str, value: float
) -> None:
    metrics = MetricsFile(Accelerator(), tmp_path, 43, [[1.0] * 4] * 3)
    for step in range(43, 60):
        wrong = {term: torch.tensor(value), "loss": torch.tensor(value)} if step >= 50 else {}
        metrics.add({**terms(step), **wrong})
    first = metrics.first_not_finite()
    assert first is not None
    assert (first.step, first.term) == (51, named)
    assert str(first.value) == str(value)


def test_finite_numbers_are_not_reported(tmp_path: Path) -> None:
    metrics = MetricsFile(Accelerator(), tmp_path)
    metrics.add(terms(0))
    assert metrics.first_not_finite() is None
    metrics.flush(1)
    assert metrics.first_not_finite() is None


def test_a_run_without_metrics_has_no_lines(tmp_path: Path) -> None:
    assert metrics_log.read(tmp_path) == []


def after_step(monkeypatch: pytest.MonkeyPatch, number: int, change: Change) -> None:
    """Change the result of one step, counted from 1."""
    real = loop.train_step

    def changed(run: loop.Run, step: int) -> dict[str, torch.Tensor]:
        terms = real(run, step)
        return change(run, terms) if step + 1 == number else terms

    monkeypatch.setattr(loop, "train_step", changed)


def checkpoints(config: TrainConfig) -> list[str]:
    return [path.name for path in checkpoint.list_checkpoints(config.run_dir() / checkpoint.FOLDER)]


@pytest.mark.parametrize("term", ["distortion", "kl", "tc"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_term_that_is_not_finite_stops_the_run_before_a_save(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch, term: str, value: float
) -> None:
    """Terms are only read at checkpoints, yet the message names the first of four bad steps."""
    wrong = {term: torch.tensor(value), "loss": torch.tensor(math.nan)}
    for number in (7, 8, 9, 10):
        after_step(monkeypatch, number, lambda _, terms: {**terms, **wrong})
    with pytest.raises(UserError, match=f"^{term} is {value} at step 7: .*--resume.*step-00000005"):
        train(config)
    assert checkpoints(config) == ["step-00000005"]
    assert (config.run_dir() / "metrics.jsonl").read_text() == ""


def test_weights_that_are_not_finite_are_never_saved(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(run: loop.Run, terms: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        with torch.no_grad():
            next(iter(run.network.parameters()))[0, 0, 0, 0] = math.nan
        return terms

    after_step(monkeypatch, 10, spoil)
    with pytest.raises(UserError, match=r"a weight is nan at step 10: .*step-00000005"):
        train(config)
    assert checkpoints(config) == ["step-00000005"]


def test_an_optimizer_state_that_is_not_finite_is_never_saved(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(run: loop.Run, terms: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        next(iter(run.optimizer.state.values()))["exp_avg_sq"].fill_(math.inf)
        return terms

    after_step(monkeypatch, 5, spoil)
    with pytest.raises(UserError, match=r"step 5.*no checkpoint was saved yet"):
        train(config)
    assert checkpoints(config) == []


def test_a_run_that_diverges_suggests_a_lower_learning_rate(config: TrainConfig, train: Train) -> None:
    with pytest.raises(UserError, match="lower --learning-rate"):
        train(replace(config, learning_rate=1e30))


def test_no_preview_is_drawn_of_weights_that_are_not_finite(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    """57 images in batches of 8: an epoch ends with step 7."""
    after_step(monkeypatch, 6, lambda _, terms: {**terms, "kl": torch.tensor(math.nan)})
    with pytest.raises(UserError, match="kl is nan at step 6"):
        train(config)
    assert not (config.run_dir() / "samples").exists()


def test_large_numbers_count_as_finite() -> None:
    large = torch.full((5,), 1e38)
    assert metrics_log.all_finite([large, large, torch.tensor(3)])
    assert not metrics_log.all_finite([large, torch.tensor([1.0, math.nan])])
    assert not metrics_log.all_finite([torch.tensor([1.0, -math.inf]), large])
