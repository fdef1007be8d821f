"""Pictures of one channel whose pixels are 0 or 1, packed to eight a byte."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from faces.image import SIZE

PACKED = SIZE * SIZE // 8  # bytes of a picture


def unpacked(packed: NDArray[np.uint8], device: torch.device | str = "cpu") -> Tensor:
    """(B, 512), rows of pixels from the top, the leftmost in the highest bit -> (B, 1, 64, 64) float32 of 0 and 1.

    What travels to another device are the packed bytes.
    """
    if torch.device(device).type == "cpu":  # four times as fast there as shifts
        bits = torch.from_numpy(np.unpackbits(packed, axis=1))
    else:
        shifts = torch.arange(7, -1, -1, dtype=torch.uint8, device=device)
        bits = (torch.from_numpy(packed).to(device, non_blocking=True)[..., None] >> shifts) & 1
    return bits.view(-1, 1, SIZE, SIZE).float()
