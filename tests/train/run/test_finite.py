import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from train import loop
from train.config import TrainConfig
from train.run import checkpoint
from train.run.finite import all_finite

Train = Callable[[TrainConfig], Path]
Change = Callable[[loop.Run, dict[str, torch.Tensor]], dict[str, torch.Tensor]]


def after_step(monkeypatch: pytest.MonkeyPatch, number: int, change: Change) -> None:
    """Have something happen in one step, counted from 1."""
    real = loop._step

    def changed(run: loop.Run, step: int) -> dict[str, torch.Tensor]:
        terms = real(run, step)
        return change(run, terms) if step + 1 == number else terms

    monkeypatch.setattr(loop, "_step", changed)


def checkpoints(config: TrainConfig) -> list[str]:
    return [place.name for place in checkpoint.found(config.folder() / checkpoint.FOLDER)]


@pytest.mark.parametrize("term", ["distortion", "kl", "tc"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_term_that_is_no_number_stops_the_run_before_it_is_saved(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch, term: str, value: float
) -> None:
    """Nothing is looked at between the checkpoints, yet the first of four bad steps is the one that is named."""
    wrong = {term: torch.tensor(value), "loss": torch.tensor(math.nan)}
    for number in (7, 8, 9, 10):
        after_step(monkeypatch, number, lambda _, terms: {**terms, **wrong})
    with pytest.raises(FloatingPointError, match=f"^{term} is {value} at step 7: .*--resume.*step-00000005"):
        train(config)
    assert checkpoints(config) == ["step-00000005"]
    assert (config.folder() / "metrics.jsonl").read_text() == ""


def test_weights_that_no_term_has_seen_yet_are_not_saved(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(run: loop.Run, terms: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        with torch.no_grad():
            next(iter(run.network.parameters()))[0, 0, 0, 0] = math.nan
        return terms

    after_step(monkeypatch, 10, spoil)
    with pytest.raises(FloatingPointError, match=r"a weight is nan at step 10: .*step-00000005"):
        train(config)
    assert checkpoints(config) == ["step-00000005"]


def test_an_optimiser_that_is_lost_is_not_saved(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(run: loop.Run, terms: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        next(iter(run.optimizer.state.values()))["exp_avg_sq"].fill_(math.inf)
        return terms

    after_step(monkeypatch, 5, spoil)
    with pytest.raises(FloatingPointError, match=r"step 5.*no checkpoint was saved yet"):
        train(config)
    assert checkpoints(config) == []


def test_a_learning_rate_that_is_far_too_high_is_said(config: TrainConfig, train: Train) -> None:
    with pytest.raises(FloatingPointError, match="lower --learning-rate"):
        train(replace(config, learning_rate=1e30))


def test_no_picture_is_drawn_of_what_is_no_number(
    config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    """57 pictures in batches of 8: an epoch ends with step 7."""
    after_step(monkeypatch, 6, lambda _, terms: {**terms, "kl": torch.tensor(math.nan)})
    with pytest.raises(FloatingPointError, match="kl is nan at step 6"):
        train(config)
    assert not (config.folder() / "samples").exists()


def test_large_is_not_infinite() -> None:
    large = torch.full((5,), 1e38)
    assert all_finite([large, large, torch.tensor(3)])
    assert not all_finite([large, torch.tensor([1.0, math.nan])])
    assert not all_finite([torch.tensor([1.0, -math.inf]), large])
