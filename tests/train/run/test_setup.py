import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from safetensors.torch import load_file
from torch.utils._python_dispatch import TorchDispatchMode

from tests.train.run.gloo import make_run
from train import loop
from train.config import TrainConfig
from train.errors import UserError
from train.run import setup
from vae_models import Dial
from vae_models.files.training_record import TrainingRecord

ROOT = Path(__file__).parents[3]
COMPILER = os.environ.get("CXX", "g++")


@pytest.mark.parametrize(("recipe", "reason"), [("beta-tcvae", "total correlation"), ("ae", "BatchNorm")])
def test_gradient_accumulation_is_refused_with_the_reason(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch, recipe: Any, reason: str
) -> None:
    monkeypatch.setenv("ACCELERATE_GRADIENT_ACCUMULATION_STEPS", "2")
    with pytest.raises(UserError, match=f"gradient_accumulation_steps=2: .*{reason}"):
        loop.train(replace(config, recipe=recipe))
    assert not config.run_dir().exists()


def test_the_knobs_of_a_dial_learn_four_times_as_fast() -> None:
    run = make_run(recipe="beta-dial", learning_rate=1e-3)
    before = [parameter.detach().clone() for parameter in run.network.parameters()]
    loop.train_step(run, 0)
    dial = run.network
    assert isinstance(dial, Dial)
    changes = {
        id(parameter): (parameter - old).abs().max().item()  # Adam's first step: the learning rate
        for old, parameter in zip(before, dial.parameters(), strict=True)
    }
    assert {round(changes[id(parameter)], 5) for parameter in dial.network_parameters()} == {1e-3}
    gates = [gate.bias for gate in (*dial.encoder_gates, *dial.decoder_gates)]
    assert {round(changes[id(bias)], 5) for bias in gates} == {4e-3}


def test_a_batch_that_processes_cannot_share_evenly_is_refused(config: TrainConfig) -> None:
    three = cast(Accelerator, SimpleNamespace(num_processes=3, gradient_accumulation_steps=1))
    with pytest.raises(UserError, match="batch_size=8 cannot be shared evenly by 3 processes"):
        setup.check_launch_settings(config, three)


def test_accelerates_own_compilation_is_refused(config: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCELERATE_DYNAMO_BACKEND", "INDUCTOR")
    with pytest.raises(UserError, match="--compile"):
        loop.train(config)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"ACCELERATE_MIXED_PRECISION": "no", "MASTER_PORT": "29500"}, "torchrun --nproc-per-node"),
        ({"WORLD_SIZE": "2"}, "MASTER_ADDR"),
    ],
    ids=["accelerate launch --cpu --num_processes 2", "WORLD_SIZE=2"],
)
def test_more_processes_asked_for_than_started_are_refused(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], reason: str
) -> None:
    for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "RANK", "LOCAL_RANK"):
        monkeypatch.setenv(name, "")  # Accelerate sets some of them; monkeypatch removes them again
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=reason):
        loop.train(config)
    assert not config.run_dir().exists()


class HostReads(TorchDispatchMode):
    """Record of operations that read a number on the host: on a GPU each would wait for all work before it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default):
            self.names.append(str(function))
        return function(*args, **(kwargs or {}))


def test_the_host_never_waits_within_a_step() -> None:
    run = make_run(recipe="beta-tcvae", tc_estimator="mss", flips=True, warmup_steps=3)
    # fused as on GPUs: the other kind reads its step number on the host
    run = replace(run, optimizer=torch.optim.Adam(run.model.parameters(), lr=1e-3, fused=True))
    loop.train_step(run, 0)
    with HostReads() as reads:
        losses = loop.train_step(run, 0)
    assert reads.names == []
    with reads:
        losses["loss"].item()
    assert reads.names  # a read is recorded


def run_compiled(*arguments: str, output: Path, faces: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    small = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--output", str(output), *arguments]
    command = [sys.executable, "-m", "train", "beta-tcvae", "--data", str(faces), *small]
    environment = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False)


@pytest.mark.processes
@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"there is no {COMPILER}")
def test_compiled_and_plain_runs_share_their_checkpoints(faces_folder: Path, tmp_path: Path) -> None:
    plain, mixed = tmp_path / "plain", tmp_path / "mixed"
    parts = (["--steps", "2"], ["--steps", "4", "--resume"], ["--steps", "6", "--resume"])
    orders = [(plain, part) for part in parts]
    orders += [(mixed, [*part, *how]) for part, how in zip(parts, (["--compile"], [], ["--compile"]), strict=True)]
    for output, arguments in orders:
        done = run_compiled(*arguments, "--learning-rate", "1e-3", output=output, faces=faces_folder)
        assert done.returncode == 0, done.stderr
    one, other = (load_file(folder / "model.safetensors") for folder in (plain, mixed))
    assert one.keys() == other.keys()
    first, last = (TrainingRecord.read(folder).loss["last"] for folder in (plain, mixed))
    assert last == pytest.approx(first, rel=1e-4)


@pytest.mark.processes
def test_without_a_compiler_compiling_is_refused(faces_folder: Path, tmp_path: Path) -> None:
    nothing = {"CXX": "no-such-compiler", "PATH": str(tmp_path), "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "cache")}
    done = run_compiled("--compile", output=tmp_path / "run", faces=faces_folder, **nothing)
    assert done.returncode == 2
    assert "error: --compile needs a C++ compiler" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.processes
@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"there is no {COMPILER}")
def test_a_compiled_step_nearly_equals_a_plain_one() -> None:
    def step(fast: bool) -> tuple[float, dict[str, torch.Tensor]]:
        run = make_run(recipe="beta-tcvae", compile=fast, learning_rate=1e-4)
        torch.manual_seed(1)
        losses = loop.train_step(replace(run, optimizer=torch.optim.SGD(run.network.parameters(), lr=1e-4)), 0)
        AcceleratorState._reset_state(reset_partial_state=True)
        return losses["loss"].item(), run.network.state_dict()

    (loss, plain), (other_loss, fast) = step(False), step(True)
    assert other_loss == pytest.approx(loss, rel=1e-5)
    assert list(plain) == list(fast)
    for name, value in plain.items():
        torch.testing.assert_close(fast[name], value, rtol=1e-4, atol=1e-5, msg=name)
