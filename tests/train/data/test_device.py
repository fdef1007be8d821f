from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file

from tests.train.run.gloo import drawn_run
from train import loop
from train.config import TrainConfig
from train.data import device

CPU = torch.device("cpu")


def test_batches_on_a_device_are_those_of_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = drawn_run().faces
    monkeypatch.setattr(device, "PART", 7)
    held = device.copied(faces, CPU)
    assert len(held) == len(faces) == 100
    rows = np.array([99, 0, 7, 0])
    assert torch.equal(held.batch(rows, CPU), faces.batch(rows))
    assert torch.equal(held.batch(slice(90, 110), CPU), faces.batch(slice(90, 110)))
    assert held.batch(rows, CPU).is_contiguous(memory_format=torch.channels_last)
    assert held.pixels.dtype == torch.uint8


def test_a_run_on_resident_pictures_is_the_run_on_the_cache(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_file(loop.train(config) / "model.safetensors")
    AcceleratorState._reset_state(reset_partial_state=True)
    monkeypatch.setattr(device, "where_it_fits", device.copied)
    found = load_file(loop.train(replace(config, output=tmp_path / "held")) / "model.safetensors")
    for name, value in expected.items():
        assert torch.equal(found[name], value), name


@pytest.mark.parametrize(("free", "held"), [(2 * 100 * 64 * 64 * 3, True), (2 * 100 * 64 * 64 * 3 - 2, False)])
def test_a_gpu_holds_what_leaves_half_of_its_memory_free(
    monkeypatch: pytest.MonkeyPatch, free: int, held: bool
) -> None:
    faces, gpu = drawn_run().faces, torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 10 * free) if device == gpu else None)
    monkeypatch.setattr(device, "copied", lambda *_: "copied")
    assert device.where_it_fits(faces, gpu) == ("copied" if held else faces)


def test_a_cpu_reads_the_cache_itself() -> None:
    faces = drawn_run().faces
    assert device.where_it_fits(faces, CPU) is faces
