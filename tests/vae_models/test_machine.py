import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import resource, sys
import torch
from vae_models.machine import keep_freed_memory
from vae_models import Autoencoder, ModelConfig
from vae_models.objective import VAE
if sys.argv[1] == "kept":
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


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_freed_memory_is_taken_again_instead_of_fresh_pages() -> None:
    def faults(how: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, how], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert faults("kept") < 0.25 * faults("default")
