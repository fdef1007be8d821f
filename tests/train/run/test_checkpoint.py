import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from torch import nn

from train.run import checkpoint
from train.run.checkpoint_files import State

MADE_WITH = {"seed": 0, "number of processes": 1}
FILES = ("state.json", "pytorch_model.bin", "optimizer.bin", "random_states_0.pkl")
DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "truncated": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "garbage": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "one wrong bit": lambda file: file.write_bytes(_flipped(file.read_bytes())),
}


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 128]) + content[middle + 1 :]


class Trained:
    """A weight, an optimiser with a memory, and generators: what a checkpoint is of."""

    def __init__(self) -> None:
        self.accelerator = Accelerator()
        torch.manual_seed(0)
        model = nn.Linear(3, 2)
        self.model, self.optimizer = self.accelerator.prepare(model, torch.optim.Adam(model.parameters(), lr=0.1))

    def step(self) -> torch.Tensor:
        self.accelerator.backward(self.model(torch.randn(4, 3)).square().sum() * np.random.rand())  # noqa: NPY002
        self.optimizer.step()
        self.optimizer.zero_grad()
        return self.model.weight.detach().clone()

    def save(self, folder: Path, step: int) -> None:
        checkpoint.save(self.accelerator, folder, State(step, MADE_WITH, [[1.5, 2.0, 3.0, float(step)]], "name"))


@pytest.fixture
def trained() -> Trained:
    return Trained()


def names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir())


def test_what_follows_a_checkpoint_is_what_would_have_followed(trained: Trained, tmp_path: Path) -> None:
    trained.step()
    trained.save(tmp_path, 1)
    expected = [trained.step() for _ in range(3)]
    state = checkpoint.load(trained.accelerator, tmp_path, MADE_WITH)
    assert state == State(1, MADE_WITH, [[1.5, 2.0, 3.0, 1.0]], "name")
    assert all(torch.equal(trained.step(), weight) for weight in expected)


def test_without_a_checkpoint_a_run_starts(trained: Trained, tmp_path: Path) -> None:
    assert checkpoint.load(trained.accelerator, tmp_path / "none", MADE_WITH).step == 0


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_makes_the_checkpoint_before_the_newest(
    trained: Trained, tmp_path: Path, file: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trained.save(tmp_path, 5)
    expected = trained.step()
    trained.save(tmp_path, 10)
    DAMAGE[damage](tmp_path / "step-00000010" / file)
    assert checkpoint.load(trained.accelerator, tmp_path, MADE_WITH).step == 5
    warning = capsys.readouterr().err
    assert "step-00000010" in warning
    assert file in warning
    assert torch.equal(trained.step(), expected)


def test_a_folder_of_another_kind_is_passed_over(trained: Trained, tmp_path: Path) -> None:
    trained.save(tmp_path, 5)
    (tmp_path / "step-00000010").mkdir()
    (tmp_path / "step-of-mine").mkdir()
    (tmp_path / "step-00000020").mkdir()
    (tmp_path / "step-00000020" / "state.json").write_text('{"step": 20}')
    assert checkpoint.load(trained.accelerator, tmp_path, MADE_WITH).step == 5


def test_no_checkpoint_of_several_readable_is_said(trained: Trained, tmp_path: Path) -> None:
    for step in (5, 10):
        trained.save(tmp_path, step)
        (tmp_path / f"step-{step:08d}" / "optimizer.bin").unlink()
    with pytest.raises(ValueError, match=r"no checkpoint in .* can be read.*--output"):
        checkpoint.load(trained.accelerator, tmp_path, MADE_WITH)


@pytest.mark.parametrize("name", MADE_WITH)
def test_another_runs_checkpoint_is_refused_by_the_name_of_what_differs(
    trained: Trained, tmp_path: Path, name: str
) -> None:
    trained.save(tmp_path, 5)
    with pytest.raises(ValueError, match=f"{name} was {MADE_WITH[name]} and is now 7"):
        checkpoint.load(trained.accelerator, tmp_path, {**MADE_WITH, name: 7})


def test_weights_of_another_network_are_said_to_be_another_versions(trained: Trained, tmp_path: Path) -> None:
    trained.save(tmp_path, 5)
    with torch.no_grad():
        trained.model.weight = nn.Parameter(torch.zeros(2, 5))
    with pytest.raises(ValueError, match="another version"):
        checkpoint.load(trained.accelerator, tmp_path, MADE_WITH)


def test_the_last_two_are_kept_and_nothing_else(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / ".step-00000002.partial").mkdir()  # of a killed process
    (tmp_path / ".step-00000002.partial" / "random_states_3.pkl").write_bytes(b"")
    for step in (2, 4, 6):
        trained.save(tmp_path, step)
    assert names(tmp_path) == ["step-00000004", "step-00000006"]


def test_what_a_kill_left_of_older_ones_goes_when_the_run_goes_on(trained: Trained, tmp_path: Path) -> None:
    for step in (2, 4):
        trained.save(tmp_path, step)
    shutil.copytree(tmp_path / "step-00000002", tmp_path / "step-00000001")
    (tmp_path / ".step-00000003.old").mkdir()
    (tmp_path / "step-00000006").mkdir()  # no one knows yet why it cannot be read
    checkpoint.load(trained.accelerator, tmp_path, MADE_WITH)
    assert names(tmp_path) == ["step-00000002", "step-00000004", "step-00000006"]


def test_after_a_damaged_one_the_run_goes_on_over_it(trained: Trained, tmp_path: Path) -> None:
    for step in (5, 10):
        trained.save(tmp_path, step)
    (tmp_path / "step-00000010" / "optimizer.bin").unlink()
    assert checkpoint.load(trained.accelerator, tmp_path, MADE_WITH).step == 5
    trained.save(tmp_path, 7)
    assert names(tmp_path) == ["step-00000005", "step-00000007"]
    (tmp_path / "step-00000007" / "optimizer.bin").unlink()
    trained.save(tmp_path, 7)
    assert checkpoint.load(trained.accelerator, tmp_path, MADE_WITH).step == 7


def test_every_file_is_on_the_disk_before_the_checkpoint_has_its_name(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noted_sync(descriptor: int) -> None:
        happened.append(f"sync {Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")
        sync(descriptor)

    def noted_rename(place: Path, target: Path) -> Path:
        happened.append(f"name {target.name}")
        return rename(place, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    trained.save(tmp_path, 5)
    named = happened.index("name step-00000005")
    before, after = happened[:named], happened[named:]
    assert {f"sync {name}" for name in FILES} <= set(before)
    assert before[-1] == "sync .step-00000005.partial"
    assert f"sync {tmp_path.name}" in after


@pytest.mark.parametrize("failing", ["torch.save", "os.fsync"])
def test_a_full_disk_leaves_the_checkpoint_before_and_nothing_of_the_new_one(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    trained.save(tmp_path, 5)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(failing, full)
        with pytest.raises(OSError, match=r"No space left on device.*--resume goes on from .*step-00000005"):
            trained.save(tmp_path, 10)
    assert names(tmp_path) == ["step-00000005"]
    assert checkpoint.load(trained.accelerator, tmp_path, MADE_WITH).step == 5


def test_what_torch_makes_of_a_full_disk_is_told_in_our_words(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0")

    monkeypatch.setattr("torch.save", full)
    with pytest.raises(OSError, match=r"MB left.*start again: no checkpoint was saved yet"):
        trained.save(tmp_path, 10)
    assert names(tmp_path) == []
