"""Export of a finished model to decoder.onnx and encoder.onnx, compared with torch before they are written."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from train.errors import UserError
from train.model_folder import load, require_finished
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.environment import disable_telemetry
from vae_models.files.atomic import atomic_write
from vae_models.files.names import DECODER, ENCODER

PACKAGES = ("onnx", "onnxruntime")  # of requirements-dev.txt; training works without them
TOLERANCE = 1e-4  # relative to the largest value that torch computes, if that is above 1
BATCHES = (1, 5)


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
    model = load(folder)
    contents = draw_graphs(model)
    differences = _compare(model, contents)
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


def draw_graphs(model: Autoencoder) -> dict[str, bytes]:
    """Draw both graphs of a model on the CPU, as file contents by file name."""
    from train.onnx import graph  # late: it needs a package that may be missing

    return {
        DECODER: graph.decoder(model).SerializeToString(),
        ENCODER: graph.encoder(model).SerializeToString(),
    }


@torch.inference_mode()
def _compare(model: Autoencoder, contents: dict[str, bytes]) -> dict[str, float]:
    """Compare both graphs with torch: on codes of both priors, on noise, and on images that the decoder makes."""
    generator = torch.Generator().manual_seed(0)
    noise = [draw_noise(n, model.config.latent_dim, generator) for n in BATCHES]
    codes = [*noise, *(model.latents(z, prior="fitted") for z in noise)]
    decoded = [model.decode(z) for z in codes]
    images = [*decoded, *(torch.rand(x.shape, generator=generator) for x in decoded)]
    return {
        DECODER: largest_difference(contents[DECODER], codes, lambda z: (model.decode(z),)),
        ENCODER: largest_difference(contents[ENCODER], images, model.encode),
    }


@torch.inference_mode()
def largest_difference(
    content: bytes, inputs: Sequence[Tensor], compute: Callable[[Tensor], Sequence[Tensor]]
) -> float:
    """Return the largest difference between the outputs of the graph `content` and of torch's `compute`.

    Each difference is divided by the largest absolute value that torch computes for that input, if it is above 1.
    """
    disable_telemetry()  # before onnxruntime is imported, also by programs other than `python -m train`
    import onnxruntime  # late: the package may be missing

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # idle threads of the runtime spin and slow torch's threads down
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (graph_input,) = session.get_inputs()
    differences = [
        (torch.from_numpy(output) - expected).abs().max() / expected.abs().max().clamp(min=1)
        for x in inputs
        for output, expected in zip(session.run(None, {graph_input.name: x.numpy()}), compute(x), strict=True)
    ]
    return torch.stack(differences).max().item()
