"""Export of a finished model to decoder.onnx and encoder.onnx, compared with torch before they are written."""

import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from train.errors import UserError
from train.model_folder import load_any, require_finished
from vae_models import Autoencoder, Dial
from vae_models.autoencoder import draw_noise
from vae_models.environment import disable_telemetry
from vae_models.files.atomic import atomic_write
from vae_models.files.names import DECODER, ENCODER

PACKAGES = ("onnx", "onnxruntime")  # of requirements-dev.txt; training works without them
TOLERANCE = 1e-4  # relative to the largest value that torch computes, if that is above 1
BATCHES = (1, 5)
DIAL_BATCHES = (1, 9)


class OnnxFile(NamedTuple):
    """One written file."""

    file: Path
    size: int  # bytes
    difference: float  # largest difference from torch, in the unit of TOLERANCE

    def __str__(self) -> str:
        return f"{self.file}: {self.size / 1e6:.2f} MB, at most {self.difference:.1e} from torch"


def missing_packages() -> list[str]:
    """List the packages that an export needs and that are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]


def export(folder: Path) -> list[OnnxFile]:
    """Write decoder.onnx and encoder.onnx of a finished model into its folder. The model card is left as it is.

    Raises UserError if packages are missing, if the folder has no intact model, or if the graphs do not compute the
    same as torch; the folder is then as it was.
    """
    if missing_packages():
        raise UserError(f"export needs packages that are not installed: pip install {' '.join(PACKAGES)}")
    require_finished(folder, "export")
    model = load_any(folder)
    contents = draw_graphs(model)
    differences = _compare_dial(model, contents) if isinstance(model, Dial) else compare(model, contents)
    for name, difference in differences.items():
        if not difference <= TOLERANCE:  # true for NaN too
            raise UserError(
                f"{folder}: {name} would differ by {difference:.2g} from torch, more than {TOLERANCE:.0e}; "
                "no ONNX file was written"
            )
    files = []
    for name, content in contents.items():
        _write(folder / name, content)
        files.append(OnnxFile(folder / name, len(content), differences[name]))
    return files


def _write(file: Path, content: bytes) -> None:
    atomic_write(file, lambda partial: partial.write_bytes(content))


def draw_graphs(model: Autoencoder | Dial) -> dict[str, bytes]:
    """Draw both graphs of a model on the CPU, as file contents by file name."""
    from train.onnx import dial_graph, graph  # late: they need a package that may be missing

    if isinstance(model, Dial):
        decoder, encoder = dial_graph.decoder(model), dial_graph.encoder(model)
    else:
        decoder, encoder = graph.decoder(model), graph.encoder(model)
    return {DECODER: decoder.SerializeToString(), ENCODER: encoder.SerializeToString()}


@torch.inference_mode()
def compare(model: Autoencoder, contents: dict[str, bytes]) -> dict[str, float]:
    """Compare both graphs with torch: on codes of both priors, on noise, and on images that the decoder makes."""
    generator = torch.Generator().manual_seed(0)
    noise = [draw_noise(n, model.config.latent_dim, generator) for n in BATCHES]
    codes = [*noise, *(model.latents(z, prior="fitted") for z in noise)]
    decoded = [model.decode(z) for z in codes]
    images = [*decoded, *(torch.rand(x.shape, generator=generator) for x in decoded)]
    return {
        DECODER: largest_difference(contents[DECODER], [(z,) for z in codes], lambda z: (model.decode(z),)),
        ENCODER: largest_difference(contents[ENCODER], [(x,) for x in images], model.encode),
    }


@torch.inference_mode()
def _compare_dial(dial: Dial, contents: dict[str, bytes]) -> dict[str, float]:
    """Compare both graphs with torch: on codes, on noise, and on images that the decoder makes, along the dial."""
    generator = torch.Generator().manual_seed(0)
    codes = [draw_noise(n, dial.config.latent_dim, generator) for n in DIAL_BATCHES]
    betas = [torch.logspace(0, math.log10(dial.config.highest_beta), len(z)) for z in codes]
    betas = [beta.clamp(max=dial.config.highest_beta) for beta in betas]
    decoded = [dial.decode(z, beta) for z, beta in zip(codes, betas, strict=True)]
    images = [*decoded, *(torch.rand(x.shape, generator=generator) for x in decoded)]
    return {
        DECODER: largest_difference(
            contents[DECODER], list(zip(codes, betas, strict=True)), lambda z, beta: (dial.decode(z, beta),)
        ),
        ENCODER: largest_difference(contents[ENCODER], list(zip(images, betas * 2, strict=True)), dial.encode),
    }


@torch.inference_mode()
def largest_difference(
    content: bytes, inputs: Sequence[tuple[Tensor, ...]], compute: Callable[..., Sequence[Tensor]]
) -> float:
    """Return the largest difference between the outputs of the graph `content` and of torch's `compute`.

    Each difference is divided by the largest absolute value that torch computes for that input, if it is above 1. An
    input is a tuple of tensors, in the order of the graph's inputs and of the arguments of `compute`.
    """
    disable_telemetry()  # before onnxruntime is imported, also by programs other than `python -m train`
    import onnxruntime  # late: the package may be missing

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # idle threads of the runtime spin and slow torch's threads down
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [graph_input.name for graph_input in session.get_inputs()]
    differences = [
        (torch.from_numpy(output) - expected).abs().max() / expected.abs().max().clamp(min=1)
        for values in inputs
        for output, expected in zip(
            session.run(None, {name: value.numpy() for name, value in zip(names, values, strict=True)}),
            compute(*values),
            strict=True,
        )
    ]
    return torch.stack(differences).max().item()
