import json
from pathlib import Path

import pytest
import torch
from accelerate import Accelerator

from train.run import metrics_log
from train.run.metrics_log import LOG_EVERY, METRICS, TERMS, MetricsFile

STEPS = 70


def terms(step: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(step)
    return dict(zip(TERMS, torch.rand(len(TERMS), generator=generator), strict=True))


def written(folder: Path, metrics: MetricsFile, first: int, last: int) -> bytes:
    for step in range(first, last):
        metrics.add(terms(step))
        if (step + 1) % LOG_EVERY == 0 or step + 1 == STEPS:
            metrics.flush(step + 1)
    return (folder / METRICS).read_bytes()


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    (tmp_path / "whole").mkdir()
    return written(tmp_path / "whole", MetricsFile(Accelerator(), tmp_path / "whole"), 0, STEPS)


def test_a_line_holds_the_means_of_its_steps(whole: bytes) -> None:
    lines = [json.loads(line) for line in whole.splitlines()]
    assert [line["step"] for line in lines] == [20, 40, 60, 70]
    kl = [terms(step)["kl"].item() for step in range(60, 70)]
    assert lines[-1]["kl"] == pytest.approx(sum(kl) / 10, rel=1e-12)


@pytest.mark.parametrize("killed", [25, 39, 40, 59, 70])
@pytest.mark.parametrize("kept", [1, 20, 23])
def test_a_killed_run_ends_with_the_lines_of_an_uninterrupted_one(
    tmp_path: Path, whole: bytes, kept: int, killed: int
) -> None:
    """The checkpoint is of step `kept`, the kill comes after step `killed`."""
    metrics = MetricsFile(Accelerator(), tmp_path)
    written(tmp_path, metrics, 0, kept)
    rows = json.loads(json.dumps(metrics.rows()))
    written(tmp_path, metrics, kept, killed)
    assert written(tmp_path, MetricsFile(Accelerator(), tmp_path, kept, rows), kept, STEPS) == whole


@pytest.mark.parametrize("left", [b'{"step": 60, "los', b"\0" * 64, b'{"step": 60}\n\0\0\n{"step": 80}\n', b"\xff\xfe"])
def test_what_a_power_cut_leaves_of_the_last_lines_is_dropped(tmp_path: Path, whole: bytes, left: bytes) -> None:
    lines = whole.splitlines(keepends=True)
    (tmp_path / METRICS).write_bytes(b"".join(lines[:2]) + left)
    assert written(tmp_path, MetricsFile(Accelerator(), tmp_path, 40), 40, STEPS) == whole


def test_a_run_that_starts_forgets_the_lines_of_one_that_left_no_checkpoint(tmp_path: Path, whole: bytes) -> None:
    written(tmp_path, MetricsFile(Accelerator(), tmp_path), 0, 50)
    assert written(tmp_path, MetricsFile(Accelerator(), tmp_path), 0, STEPS) == whole


def test_no_step_waits_for_its_device(tmp_path: Path) -> None:
    """Of a tensor on the meta device the host can be told nothing."""
    metrics = MetricsFile(Accelerator(), tmp_path)
    for _ in range(LOG_EVERY):
        metrics.add({name: torch.zeros((), device="meta") for name in TERMS})
    with pytest.raises((RuntimeError, NotImplementedError), match="meta"):
        metrics.rows()


def test_terms_are_kept_by_value(tmp_path: Path) -> None:
    metrics, values = MetricsFile(Accelerator(), tmp_path), terms(0)
    metrics.add(values)
    expected = [values[name].item() for name in TERMS]
    for value in values.values():
        value.fill_(-1)  # as the next replay of a CUDA graph does
    assert metrics.rows() == [expected]


@pytest.mark.parametrize(("term", "named"), [("kl", "kl"), ("tc", "tc"), ("loss", "loss")])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_first_step_that_went_wrong_is_named_with_its_term(
    tmp_path: Path, term: str, named: str, value: float
) -> None:
    metrics = MetricsFile(Accelerator(), tmp_path, 43, [[1.0] * 4] * 3)
    for step in range(43, 60):
        wrong = {term: torch.tensor(value), "loss": torch.tensor(value)} if step >= 50 else {}
        metrics.add({**terms(step), **wrong})
    found = metrics.not_finite()
    assert found is not None
    assert (found.step, found.term) == (51, named)
    assert str(found.value) == str(value)


def test_numbers_are_finite_until_one_is_not(tmp_path: Path) -> None:
    metrics = MetricsFile(Accelerator(), tmp_path)
    metrics.add(terms(0))
    assert metrics.not_finite() is None
    metrics.flush(1)
    assert metrics.not_finite() is None


def test_of_a_run_that_has_not_begun_there_are_no_lines(tmp_path: Path) -> None:
    assert metrics_log.read(tmp_path) == []
