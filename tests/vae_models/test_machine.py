import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from vae_models.machine import available_cores

ROOT = Path(__file__).parents[2]
PROGRAM = """
import resource, sys
import torch
from vae_models.machine import keep_freed_memory
from vae_models import Autoencoder, ModelConfig
from vae_models.objectives.objective import VAE
if sys.argv[1] == "configured":
    assert keep_freed_memory()
model = Autoencoder(ModelConfig(width=16))
x = torch.rand(64, 3, 64, 64)
def step():
    VAE(VAE.terms(x, model(x))).backward()
step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(4):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_cores_follow_the_affinity_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5}, raising=False)
    assert available_cores() == 2
    monkeypatch.delattr(os, "sched_getaffinity")  # not on macOS and Windows
    assert available_cores() == 8


def test_only_this_module_counts_the_cores_of_the_machine() -> None:
    files = [
        file
        for part in ("faces", "metrics", "pages", "server", "train", "vae_models")
        for file in (ROOT / part).rglob("*.py")
    ]
    counting = [file for file in [ROOT / "app.py", *files] if "cpu_count" in file.read_text(encoding="utf-8")]
    assert counting == [ROOT / "vae_models" / "machine.py"]


@pytest.mark.processes
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be configured")
def test_freed_memory_is_reused() -> None:
    def faults(how: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, how], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert faults("configured") < 0.25 * faults("default")
