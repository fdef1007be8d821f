"""Images in GPU memory, or drawn there, so that no batch waits for the host."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from faces.image import SIZE, to_tensor
from train.data.cache import CachedImages
from train.data.factors.sprites import POSITIONS, Sprites, draw_shapes
from train.data.pictures import Pictures, Rows

SHARE = 0.5  # of the free memory that images may take; the rest is for the training step
BLOCK = 4096  # images that are copied at a time


@dataclass(frozen=True)
class GpuImages:
    """N images on a device, where batches are selected and scaled."""

    pixels: Tensor  # (N, 64, 64, C) uint8

    def __len__(self) -> int:
        return len(self.pixels)

    def batch(self, rows: Rows, device: torch.device | str) -> Tensor:
        """Return (B, C, 64, 64) in [0, 1] on `device`, which should be the device of the images."""
        if isinstance(rows, slice):
            return to_tensor(self.pixels[rows].to(device))
        indices = torch.from_numpy(rows).to(self.pixels.device)
        return to_tensor(self.pixels.index_select(0, indices).to(device))


@dataclass(frozen=True)
class GpuSprites:
    """N sprites that are drawn on a device: each is a window of a drawing with an empty frame."""

    drawings: Tensor  # (720, 95, 95) uint8 of 0 and 1, with 31 empty pixels on every side
    indices: Tensor  # (N,) int64, as those of `Sprites`

    def __len__(self) -> int:
        return len(self.indices)

    def batch(self, rows: Rows, device: torch.device | str) -> Tensor:
        """Return (B, 1, 64, 64) of 0 and 1 on `device`, which should be the device of the drawings."""
        chosen = self.indices[rows if isinstance(rows, slice) else torch.from_numpy(rows).to(self.indices.device)]
        x, y = chosen // POSITIONS % POSITIONS, chosen % POSITIONS
        window = torch.arange(SIZE, device=chosen.device)
        down, across = (POSITIONS - 1 - position[:, None] + window for position in (y, x))  # (B, 64)
        drawing = (chosen // POSITIONS**2)[:, None, None]
        return self.drawings[drawing, down[:, :, None], across[:, None, :]][:, None].float().to(device)


def to_gpu_if_it_fits(images: Pictures, device: torch.device) -> Pictures | GpuImages | GpuSprites:
    """Copy cached images to a GPU that has enough memory, and draw sprites there; return all others unchanged."""
    if device.type == "cuda" and isinstance(images, Sprites):
        return draw_on(images, device)
    if device.type != "cuda" or not isinstance(images, CachedImages):
        return images
    free, _ = torch.cuda.mem_get_info(device)
    return to_gpu(images, device) if fits(images, free) else images


def fits(images: CachedImages, free: int) -> bool:
    """Return whether a device with `free` bytes has room for the images and for training."""
    return images.pixels.nbytes <= SHARE * free


def to_gpu(images: CachedImages, device: torch.device) -> GpuImages:
    """Copy the images to the device as bytes."""
    pixels = torch.empty(images.pixels.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(images), BLOCK):
        rows = slice(start, start + BLOCK)
        pixels[rows] = torch.from_numpy(np.array(images.pixels[rows]))
    return GpuImages(pixels)


def draw_on(sprites: Sprites, device: torch.device) -> GpuSprites:
    """Copy the drawings, 7 MB, and the indices of the sprites to the device."""
    drawings = np.pad(draw_shapes(), ((0, 0), (POSITIONS - 1, POSITIONS - 1), (POSITIONS - 1, POSITIONS - 1)))
    return GpuSprites(
        torch.from_numpy(drawings.view(np.uint8)).to(device), torch.from_numpy(sprites.indices).to(device)
    )
