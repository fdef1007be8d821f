"""What an export draws and how it writes it, on a model of almost nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import ModelProto, TensorProto, numpy_helper
from safetensors.torch import load_file
from torch import nn

from train.onnx import export, graph
from vae_models import Autoencoder, ModelConfig
from vae_models.files.onnx_files import DECODER, ENCODER
from vae_models.files.training_record import RECORD
from vae_models.hub.pull import BUNDLED_FOLDER


@pytest.fixture(params=["float16", "float32"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A finished model whose layers all matter: BatchNorm knows its inputs and scales and shifts them."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=4))
    with torch.no_grad():
        for value in model.parameters():
            if value.dim() == 1:
                value.normal_()
        for _ in range(30):
            model(torch.rand(8, 3, 64, 64))
    if request.param == "float16":
        model.round_kernels(torch.float16)
    model.save_pretrained(tmp_path / "model")
    (tmp_path / "model" / RECORD).write_bytes((BUNDLED_FOLDER / "vae" / RECORD).read_bytes())
    return tmp_path / "model"


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def constants(folder: Path) -> Iterator[tuple[str, TensorProto]]:
    for name, prefix in ((DECODER, "decoder"), (ENCODER, "encoder")):
        for constant in onnx.load(folder / name).graph.initializer:
            if constant.data_type != TensorProto.INT64:
                yield f"{prefix}.{constant.name}", constant


def test_a_file_holds_its_weights_as_the_safetensors_do(folder: Path) -> None:
    """The same names, types and bits; nothing folded, nothing left out."""
    export.write(folder)
    weights = {
        name: value.numpy()
        for name, value in load_file(folder / "model.safetensors").items()
        if name.startswith(("decoder", "encoder")) and value.is_floating_point()
    }
    held = {name: numpy_helper.to_array(constant) for name, constant in constants(folder)}
    assert held.keys() == weights.keys()
    for name, value in weights.items():
        assert held[name].dtype == value.dtype, name
        np.testing.assert_array_equal(held[name], value, err_msg=name)


def test_the_same_weights_give_the_same_bytes(folder: Path) -> None:
    export.write(folder)
    before = contents(folder)
    for name in (DECODER, ENCODER):
        (folder / name).unlink()
    export.write(folder)
    assert contents(folder) == before
    assert not list(folder.glob(".*"))


def spoilt(drawing: ModelProto) -> ModelProto:
    """The slope of one LeakyReLU is not torch's."""
    node = next(node for node in drawing.graph.node if node.op_type == "LeakyRelu")
    node.attribute[0].f = 0.19
    return drawing


def unanswerable(drawing: ModelProto) -> ModelProto:
    """One bias is no number."""
    bias = next(constant for constant in drawing.graph.initializer if constant.name.endswith("bias"))
    bias.CopyFrom(numpy_helper.from_array(np.full(list(bias.dims), np.nan, dtype=np.float32), bias.name))
    return drawing


@pytest.mark.parametrize("damage", [spoilt, unanswerable])
@pytest.mark.parametrize("which", ["decoder", "encoder"])
def test_a_graph_that_answers_otherwise_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, which: str, damage: Callable[[ModelProto], ModelProto]
) -> None:
    export.write(folder)
    (folder / ENCODER).unlink()
    before, real = contents(folder), getattr(graph, which)
    monkeypatch.setattr(graph, which, lambda model: damage(real(model)))
    with pytest.raises(ValueError, match=rf"{which}.onnx.* from torch's answer.*no ONNX file"):
        export.write(folder)
    assert contents(folder) == before


def test_a_failing_write_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = contents(folder), Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        real(path, content[:100])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="space"):
        export.write(folder)
    assert contents(folder) == before


def test_a_layer_without_a_node_is_refused(folder: Path) -> None:
    model = Autoencoder.from_pretrained(folder)
    model.decoder.layers.append(nn.Softplus())
    with pytest.raises(ValueError, match=r"layers\.\d+ has no ONNX node yet: Softplus"):
        graph.decoder(model)
