"""The trainer's own loop, from cache to weights, to be timed."""

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
from train.data.cache import Faces
from train.run import setup
from vae_models import Autoencoder

PICTURES = 37_533  # random pixels, which cost as much as faces do


def drawn_faces(folder: Path, pictures: int = PICTURES) -> Faces:
    """Noise in a file, as the cache keeps pictures."""
    pixels = np.memmap(folder / "pixels", np.uint8, "w+", shape=(pictures, 64, 64, 3))
    pixels[:] = np.random.default_rng(0).integers(0, 256, pixels.shape, dtype=np.uint8)
    return Faces(pixels, (), (), "centre")


def prepared(config: TrainConfig, faces: Faces) -> loop.Run:
    """A run before its first step, on the device that Accelerate finds."""
    accelerator = Accelerator(cpu=not torch.accelerator.is_available(), mixed_precision=config.mixed_precision)
    torch.manual_seed(config.seed)
    model, optimizer = setup.prepare(Autoencoder(config.network()), config, accelerator)
    return loop.Run(config, accelerator, model, optimizer, device.where_it_fits(faces, accelerator.device), 0)


def whole_loop(config: TrainConfig, faces: Faces) -> Callable[[int], object]:
    """The loop over so many steps, each time from the first, into the same folder."""
    run = prepared(config, faces)
    return lambda steps: loop.run_steps(replace(run, steps=steps))


def seconds(call: Callable[[], object], times: int = 1) -> float:
    """Of one call, averaged over `times`."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def seconds_a_step(run: Callable[[int], object], steps: int) -> float:
    """Of a long run less a short one, which leaves out what happens once."""
    short = seconds(lambda: run(1))
    return (seconds(lambda: run(1 + steps)) - short) / steps
