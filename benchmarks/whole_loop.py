"""The trainer's loop on random images, and stopwatches."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator

from train import loop
from train.config import TrainConfig
from train.data import device
from train.data.cache import CachedImages
from train.run import setup
from vae_models import Autoencoder

IMAGES = 37_533  # as many as the bundled models were trained on; random pixels take as long as faces


def write_random_images(folder: Path, count: int = IMAGES) -> CachedImages:
    """Write random pixels into a file like that of the image cache."""
    pixels = np.memmap(folder / "pixels", np.uint8, "w+", shape=(count, 64, 64, 3))
    pixels[:] = np.random.default_rng(0).integers(0, 256, pixels.shape, dtype=np.uint8)
    return CachedImages(pixels, (), (), "centre")


def prepare_run(config: TrainConfig, images: CachedImages) -> loop.Run:
    """Prepare a run before its first step, on the device that Accelerate chooses."""
    accelerator = Accelerator(cpu=not torch.accelerator.is_available(), mixed_precision=config.mixed_precision)
    torch.manual_seed(config.seed)
    model, optimizer = setup.prepare(Autoencoder(config.network()), config, accelerator)
    return loop.Run(config, accelerator, model, optimizer, device.to_gpu_if_it_fits(images, accelerator.device), 0)


def build_loop(config: TrainConfig, images: CachedImages) -> Callable[[int], object]:
    """Build a function that trains for a number of steps, each time from the first, into the same folder."""
    run = prepare_run(config, images)
    return lambda steps: loop.run_steps(replace(run, steps=steps))


def time_call(call: Callable[[], object], times: int = 1) -> float:
    """Return the seconds of one call, averaged over `times` calls."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def time_step(run: Callable[[int], object], steps: int) -> float:
    """Return the seconds of one step: the difference between a long and a short run, which excludes the set-up."""
    short = time_call(lambda: run(1))
    return (time_call(lambda: run(1 + steps)) - short) / steps
