from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file
from torch import Tensor

from train import loop
from train.config import TrainConfig
from train.data import device
from train.data.cache import CachedImages
from train.data.factors import sprites
from train.data.factors.packed import unpack

CPU = torch.device("cpu")


@pytest.fixture
def images() -> CachedImages:
    pixels = np.random.default_rng(0).integers(0, 256, (100, 64, 64, 3), dtype=np.uint8)
    return CachedImages(pixels, (), (), "centre")


def test_batches_of_gpu_images_are_those_of_the_cache(images: CachedImages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "BLOCK", 7)
    copied = device.to_gpu(images, CPU)
    assert len(copied) == len(images) == 100
    rows = np.array([99, 0, 7, 0])
    assert torch.equal(copied.batch(rows, CPU), images.batch(rows))
    assert torch.equal(copied.batch(slice(90, 110), CPU), images.batch(slice(90, 110)))
    assert copied.batch(rows, CPU).is_contiguous(memory_format=torch.channels_last)
    assert copied.pixels.dtype == torch.uint8


def test_sprites_drawn_on_a_device_are_those_drawn_on_the_host() -> None:
    on_host = sprites.load("val")
    drawn = device.draw_on(on_host, CPU)
    assert len(drawn) == len(on_host)
    rows = np.random.default_rng(0).permutation(len(on_host))[:500]  # of all shapes, sizes, angles and positions
    assert torch.equal(drawn.batch(rows, CPU), on_host.batch(rows))
    assert torch.equal(drawn.batch(slice(7, 9), CPU), on_host.batch(slice(7, 9)))


def test_a_gpu_draws_its_sprites_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    on_host = sprites.load("val")
    drawn = device.draw_on(on_host, CPU)
    monkeypatch.setattr(device, "draw_on", lambda *_: drawn)
    assert device.to_gpu_if_it_fits(on_host, torch.device("cuda")) is drawn
    assert device.to_gpu_if_it_fits(on_host, CPU) is on_host


def test_training_on_gpu_images_equals_training_on_the_cache(
    config: TrainConfig, finished: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_file(finished("vae") / "model.safetensors")
    AcceleratorState._reset_state(reset_partial_state=True)
    copied = list[CachedImages]()

    def to_gpu(images: CachedImages, target: torch.device) -> device.GpuImages:
        copied.append(images)
        return device.to_gpu(images, target)

    monkeypatch.setattr(loop, "to_gpu_if_it_fits", to_gpu)
    weights = load_file(loop.train(config) / "model.safetensors")
    assert copied
    for name, value in expected.items():
        assert torch.equal(weights[name], value), name


@pytest.mark.parametrize(("free", "fits"), [(2 * 100 * 64 * 64 * 3, True), (2 * 100 * 64 * 64 * 3 - 2, False)])
def test_a_gpu_gets_images_that_leave_half_its_memory_free(
    images: CachedImages, monkeypatch: pytest.MonkeyPatch, free: int, fits: bool
) -> None:
    gpu = torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 10 * free) if device == gpu else None)
    monkeypatch.setattr(device, "to_gpu", lambda *_: "copied")
    assert device.to_gpu_if_it_fits(images, gpu) == ("copied" if fits else images)


def test_a_cpu_reads_the_cache_itself(images: CachedImages) -> None:
    assert device.to_gpu_if_it_fits(images, CPU) is images


def test_only_pinned_memory_is_copied_without_waiting(images: CachedImages, monkeypatch: pytest.MonkeyPatch) -> None:
    """From other memory `non_blocking` has no effect and suggests one."""
    real, copies = Tensor.to, []

    def spy(tensor: Tensor, *args: Any, **options: Any) -> Tensor:
        copies.append(options.get("non_blocking", False) and not tensor.is_pinned())
        return real(tensor, *args, **options)

    monkeypatch.setattr(Tensor, "to", spy)
    rows = np.arange(3)
    images.batch(rows)
    device.to_gpu(images, CPU).batch(rows, CPU)
    monkeypatch.setattr(torch, "device", lambda _: type("Device", (), {"type": "other"}))
    unpack(np.zeros((2, 512), np.uint8))
    assert len(copies) >= 3
    assert not any(copies)
