"""model.safetensors: the weights of a network, with kernels in float16 where that loses nothing."""

import json
from pathlib import Path

import torch
from safetensors.torch import save as to_safetensors
from torch import nn

from vae_models.files.atomic import atomic_write
from vae_models.files.names import WEIGHTS


@torch.no_grad()
def round_kernels(model: nn.Module, dtype: torch.dtype) -> None:
    """Round all weights of more than one dimension to `dtype` in place, so that it stores them exactly."""
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.copy_(parameter.to(dtype))


def save(model: nn.Module, folder: Path) -> None:
    """Write the weights and buffers of a model. The metadata entry `kernels` names the dtype of the kernels."""
    kernels = {name: parameter for name, parameter in model.named_parameters() if parameter.dim() > 1}
    exact = all(torch.equal(kernel, kernel.half().to(kernel.dtype)) for kernel in kernels.values())
    state = {
        name: (value.half() if exact and name in kernels else value).contiguous()
        for name, value in model.state_dict().items()
    }
    dtype = str(next(state[name].dtype for name in kernels)).removeprefix("torch.")
    content = to_safetensors(state, metadata={"format": "pt", "kernels": dtype})
    # in a new file: loaded weights may still be mapped from the old one
    atomic_write(folder / WEIGHTS, lambda partial: partial.write_bytes(_sort_metadata(content)))


def _sort_metadata(content: bytes) -> bytes:
    """Sort the metadata of a safetensors file, whose order is random: the same weights shall give the same bytes."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    return content[:8] + text.ljust(size) + content[8 + size :]
