"""decoder.onnx and encoder.onnx of a finished model, held against torch before they are written."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import onnxruntime
import torch
from torch import Tensor

from train.finished import load_finished, require_finished
from train.model_card import card
from train.onnx import graph
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.files.onnx_files import DECODER, ENCODER

TOLERANCE = 1e-4  # times the largest value of torch's answer, where that is above 1
BATCHES = (1, 5)


class Written(NamedTuple):
    """One file, and what the check found."""

    file: Path
    size: int  # bytes
    difference: float  # the largest from torch, in the tolerance's unit


def write(folder: Path) -> list[Written]:
    """Draw both graphs from the folder's weights, check both, then write both, and the card, which tells of them.

    Raises FileNotFoundError where there is no finished model, ValueError where it does not load or where a graph's
    answers are not torch's; the folder is then as it was.
    """
    require_finished(folder, "export")
    model = load_finished(folder)
    contents = {
        DECODER: graph.decoder(model).SerializeToString(),
        ENCODER: graph.encoder(model).SerializeToString(),
    }
    codes, pictures = _probes(model)
    differences = {
        DECODER: difference(contents[DECODER], codes, lambda z: (model.decode(z),)),
        ENCODER: difference(contents[ENCODER], pictures, model.encode),
    }
    for name, apart in differences.items():
        if not apart <= TOLERANCE:  # nor is nan
            raise ValueError(
                f"{folder}: what {name} computes would be {apart:.2g} from torch's answer, more than {TOLERANCE:.0e}; "
                "no ONNX file was written"
            )
    for name, content in contents.items():
        _put(folder / name, content)
    card.write(folder)
    return [Written(folder / name, len(contents[name]), apart) for name, apart in differences.items()]


@torch.inference_mode()
def _probes(model: Autoencoder) -> tuple[list[Tensor], list[Tensor]]:
    """Codes of both priors; pictures of noise and of the decoder's making."""
    generator = torch.Generator().manual_seed(0)
    noise = [draw_noise(n, model.config.latent_dim, generator) for n in BATCHES]
    codes = [*noise, *(model.latents(z, prior="fitted") for z in noise)]
    faces = [model.decode(z) for z in codes]
    return codes, [*faces, *(torch.rand(x.shape, generator=generator) for x in faces)]


@torch.inference_mode()
def difference(content: bytes, inputs: Sequence[Tensor], answer: Callable[[Tensor], Sequence[Tensor]]) -> float:
    """The largest difference between what the runtime makes of the graph `content` and torch's `answer`, for any of
    the inputs, over max(1, largest absolute value of that answer).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # idle threads of the runtime spin, and torch's wait for them
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    found = [
        (torch.from_numpy(result) - expected).abs().max() / expected.abs().max().clamp(min=1)
        for x in inputs
        for result, expected in zip(session.run(None, {given.name: x.numpy()}), answer(x), strict=True)
    ]
    return torch.stack(found).max().item()


def _put(file: Path, content: bytes) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
