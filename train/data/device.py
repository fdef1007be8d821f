"""Pictures that stand in a GPU's memory, so that no batch waits for the host."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from faces.image import to_tensor
from train.data.cache import Faces
from train.data.pictures import Pictures

SHARE = 0.5  # of the free memory that pictures may take; the rest is for the step
PART = 4096  # pictures copied at a time


@dataclass(frozen=True)
class Resident:
    """Pictures on a device, chosen and scaled there."""

    pixels: Tensor  # (N, 64, 64, C) uint8

    def __len__(self) -> int:
        return len(self.pixels)

    def batch(self, rows: NDArray[np.int64] | slice, device: torch.device | str) -> Tensor:
        """(B, C, 64, 64) in [0, 1] on `device`, which is where they stand."""
        if isinstance(rows, slice):
            return to_tensor(self.pixels[rows].to(device))
        chosen = torch.from_numpy(rows).to(self.pixels.device, non_blocking=True)
        return to_tensor(self.pixels.index_select(0, chosen).to(device))


def where_it_fits(faces: Pictures, device: torch.device) -> Pictures | Resident:
    """Decoded pictures on a GPU that has memory for them; elsewhere, and drawn ones, as they are."""
    if device.type != "cuda" or not isinstance(faces, Faces):
        return faces
    free, _ = torch.cuda.mem_get_info(device)
    return copied(faces, device) if fits(faces, free) else faces


def fits(faces: Faces, free: int) -> bool:
    """Whether they leave a device with `free` bytes room to train."""
    return faces.pixels.nbytes <= SHARE * free


def copied(faces: Faces, device: torch.device) -> Resident:
    """The pictures on the device, as the bytes they are."""
    pixels = torch.empty(faces.pixels.shape, dtype=torch.uint8, device=device)
    for first in range(0, len(faces), PART):
        part = slice(first, first + PART)
        pixels[part] = torch.from_numpy(np.array(faces.pixels[part]))
    return Resident(pixels)
