"""Exported graphs and files of a small model."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import ModelProto, TensorProto, numpy_helper
from safetensors.torch import load_file
from torch import nn

from train.errors import UserError
from train.onnx import export, graph
from vae_models import Autoencoder, ModelConfig
from vae_models.files.names import DECODER, ENCODER, RECORD
from vae_models.hub.pull import BUNDLED_FOLDER


@pytest.fixture(scope="module", params=["float16", "float32"])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a finished model whose layers all matter: BatchNorm has statistics, scales and shifts."""
    folder = tmp_path_factory.mktemp(request.param) / "model"
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
    model.save_pretrained(folder)
    (folder / RECORD).write_bytes((BUNDLED_FOLDER / "vae" / RECORD).read_bytes())
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """Copy the finished model into a folder that a test may change."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def constants(folder: Path) -> Iterator[tuple[str, TensorProto]]:
    for name, prefix in ((DECODER, "decoder"), (ENCODER, "encoder")):
        for constant in onnx.load(folder / name).graph.initializer:
            if constant.data_type != TensorProto.INT64:
                yield f"{prefix}.{constant.name}", constant


def test_a_file_has_the_same_weights_as_the_safetensors(folder: Path) -> None:
    """Names, types and bits are equal; nothing is folded or left out."""
    export.export(folder)
    weights = {
        name: value.numpy()
        for name, value in load_file(folder / "model.safetensors").items()
        if name.startswith(("decoder", "encoder")) and value.is_floating_point()
    }
    stored = {name: numpy_helper.to_array(constant) for name, constant in constants(folder)}
    assert stored.keys() == weights.keys()
    for name, value in weights.items():
        assert stored[name].dtype == value.dtype, name
        np.testing.assert_array_equal(stored[name], value, err_msg=name)


def test_the_same_weights_give_the_same_bytes(folder: Path) -> None:
    export.export(folder)
    before = contents(folder)
    for name in (DECODER, ENCODER):
        (folder / name).unlink()
    export.export(folder)
    assert contents(folder) == before
    assert not list(folder.glob(".*"))


def change_slope(drawing: ModelProto) -> ModelProto:
    """Give one LeakyReLU another slope than torch's."""
    node = next(node for node in drawing.graph.node if node.op_type == "LeakyRelu")
    node.attribute[0].f = 0.19
    return drawing


def set_nan(drawing: ModelProto) -> ModelProto:
    """Make one bias NaN."""
    bias = next(constant for constant in drawing.graph.initializer if constant.name.endswith("bias"))
    bias.CopyFrom(numpy_helper.from_array(np.full(list(bias.dims), np.nan, dtype=np.float32), bias.name))
    return drawing


@pytest.mark.parametrize("damage", [change_slope, set_nan])
@pytest.mark.parametrize("which", ["decoder", "encoder"])
def test_a_graph_that_computes_something_else_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, which: str, damage: Callable[[ModelProto], ModelProto]
) -> None:
    export.export(folder)
    (folder / ENCODER).unlink()
    before, real = contents(folder), getattr(graph, which)
    monkeypatch.setattr(graph, which, lambda model: damage(real(model)))
    with pytest.raises(UserError, match=rf"{which}.onnx would differ by .* from torch.*no ONNX file"):
        export.export(folder)
    assert contents(folder) == before


def test_a_failing_write_leaves_no_partial_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = contents(folder), Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        real(path, content[:100])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="space"):
        export.export(folder)
    assert contents(folder) == before


def test_a_layer_without_an_onnx_node_is_refused(folder: Path) -> None:
    model = Autoencoder.from_pretrained(folder)
    model.decoder.layers.append(nn.Softplus())
    with pytest.raises(ValueError, match=r"layers\.\d+ has no ONNX node yet: Softplus"):
        graph.decoder(model)
