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

from train.errors import UserError
from train.run import checkpoint
from train.run.checkpoint import TrainerState

FINGERPRINT = {"seed": 0, "number of processes": 1}
FILES = ("state.json", "pytorch_model.bin", "optimizer.bin", "random_states_0.pkl")
DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "truncated": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "garbage": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "one wrong bit": lambda file: file.write_bytes(_flip_bit(file.read_bytes())),
}


def _flip_bit(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 128]) + content[middle + 1 :]


class Trainee:
    """Weights, an optimizer with moments, and generators: the contents of a checkpoint."""

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
        checkpoint.save(
            self.accelerator, folder, TrainerState(step, FINGERPRINT, [[1.5, 2.0, 3.0, float(step)]], "name")
        )


@pytest.fixture
def trainee() -> Trainee:
    return Trainee()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_training_continues_from_a_checkpoint_as_without_a_break(trainee: Trainee, tmp_path: Path) -> None:
    trainee.step()
    trainee.save(tmp_path, 1)
    expected = [trainee.step() for _ in range(3)]
    state = checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT)
    assert state == TrainerState(1, FINGERPRINT, [[1.5, 2.0, 3.0, 1.0]], "name")
    assert all(torch.equal(trainee.step(), weight) for weight in expected)


def test_without_a_checkpoint_a_run_starts_from_the_beginning(trainee: Trainee, tmp_path: Path) -> None:
    assert checkpoint.load(trainee.accelerator, tmp_path / "none", FINGERPRINT).step == 0


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_checkpoint_is_skipped_with_a_warning(
    trainee: Trainee, tmp_path: Path, file: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trainee.save(tmp_path, 5)
    expected = trainee.step()
    trainee.save(tmp_path, 10)
    DAMAGE[damage](tmp_path / "step-00000010" / file)
    assert checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT).step == 5
    warning = capsys.readouterr().err
    assert "step-00000010" in warning
    assert file in warning
    assert torch.equal(trainee.step(), expected)


def test_folders_that_are_no_checkpoints_are_skipped(trainee: Trainee, tmp_path: Path) -> None:
    trainee.save(tmp_path, 5)
    (tmp_path / "step-00000010").mkdir()
    (tmp_path / "step-of-mine").mkdir()
    (tmp_path / "step-00000020").mkdir()
    (tmp_path / "step-00000020" / "state.json").write_text('{"step": 20}')
    assert checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT).step == 5


def test_a_run_whose_checkpoints_are_all_damaged_is_refused(trainee: Trainee, tmp_path: Path) -> None:
    for step in (5, 10):
        trainee.save(tmp_path, step)
        (tmp_path / f"step-{step:08d}" / "optimizer.bin").unlink()
    with pytest.raises(UserError, match=r"no checkpoint in .* can be read.*--output"):
        checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT)


@pytest.mark.parametrize("name", FINGERPRINT)
def test_a_checkpoint_of_other_settings_is_refused_by_their_name(trainee: Trainee, tmp_path: Path, name: str) -> None:
    trainee.save(tmp_path, 5)
    with pytest.raises(UserError, match=f"{name} was {FINGERPRINT[name]} and is now 7"):
        checkpoint.load(trainee.accelerator, tmp_path, {**FINGERPRINT, name: 7})


def test_weights_of_another_network_are_refused(trainee: Trainee, tmp_path: Path) -> None:
    trainee.save(tmp_path, 5)
    with torch.no_grad():
        trainee.model.weight = nn.Parameter(torch.zeros(2, 5))
    with pytest.raises(UserError, match="another version"):
        checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT)


def test_only_the_last_two_checkpoints_are_kept(trainee: Trainee, tmp_path: Path) -> None:
    (tmp_path / ".step-00000002.partial").mkdir()  # left by a killed process
    (tmp_path / ".step-00000002.partial" / "random_states_3.pkl").write_bytes(b"")
    for step in (2, 4, 6):
        trainee.save(tmp_path, step)
    assert names(tmp_path) == ["step-00000004", "step-00000006"]


def test_resuming_removes_what_a_kill_left_of_older_checkpoints(trainee: Trainee, tmp_path: Path) -> None:
    for step in (2, 4):
        trainee.save(tmp_path, step)
    shutil.copytree(tmp_path / "step-00000002", tmp_path / "step-00000001")
    (tmp_path / ".step-00000003.old").mkdir()
    (tmp_path / "step-00000006").mkdir()  # unreadable, but newer: only the next save removes it
    checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT)
    assert names(tmp_path) == ["step-00000002", "step-00000004", "step-00000006"]


def test_a_resumed_run_overwrites_a_damaged_checkpoint(trainee: Trainee, tmp_path: Path) -> None:
    for step in (5, 10):
        trainee.save(tmp_path, step)
    (tmp_path / "step-00000010" / "optimizer.bin").unlink()
    assert checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT).step == 5
    trainee.save(tmp_path, 7)
    assert names(tmp_path) == ["step-00000005", "step-00000007"]
    (tmp_path / "step-00000007" / "optimizer.bin").unlink()
    trainee.save(tmp_path, 7)
    assert checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT).step == 7


def test_every_file_is_synced_before_the_checkpoint_gets_its_name(
    trainee: Trainee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    sync, rename = os.fsync, Path.rename

    def record_sync(descriptor: int) -> None:
        events.append(f"sync {Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")
        sync(descriptor)

    def record_rename(path: Path, target: Path) -> Path:
        events.append(f"name {target.name}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", record_sync)
    monkeypatch.setattr(Path, "rename", record_rename)
    trainee.save(tmp_path, 5)
    named = events.index("name step-00000005")
    before, after = events[:named], events[named:]
    assert {f"sync {name}" for name in FILES} <= set(before)
    assert before[-1] == "sync .step-00000005.partial"
    assert f"sync {tmp_path.name}" in after


@pytest.mark.parametrize("failing", ["torch.save", "os.fsync"])
def test_a_full_disk_leaves_only_the_previous_checkpoint(
    trainee: Trainee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    trainee.save(tmp_path, 5)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(failing, full)
        with pytest.raises(UserError, match=r"No space left on device.*--resume to continue from .*step-00000005"):
            trainee.save(tmp_path, 10)
    assert names(tmp_path) == ["step-00000005"]
    assert checkpoint.load(trainee.accelerator, tmp_path, FINGERPRINT).step == 5


def test_torchs_error_for_a_full_disk_is_translated(
    trainee: Trainee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0")

    monkeypatch.setattr("torch.save", full)
    with pytest.raises(UserError, match=r"MB left.*start again: no checkpoint was saved yet"):
        trainee.save(tmp_path, 10)
    assert names(tmp_path) == []
