"""The ONNX pair of one network for every beta: equal to torch along the dial, and small."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto

from tests.vae_models.test_conditional import BETAS, build_dial
from train.errors import UserError
from train.onnx import export
from vae_models import Dial, DialConfig
from vae_models.files.names import DECODER, ENCODER, RECORD
from vae_models.hub.pull import BUNDLED_FOLDER


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export a finished network of the bundled models' width, with kernels in float16. Tests only read it."""
    folder = tmp_path_factory.mktemp("dial")
    dial = build_dial(DialConfig(width=32))
    dial.round_kernels(torch.float16)
    dial.save_pretrained(folder)
    (folder / RECORD).write_bytes((BUNDLED_FOLDER / "vae" / RECORD).read_bytes())
    export.export(folder)
    return folder


def run(file: Path, **inputs: torch.Tensor) -> list[torch.Tensor]:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    outputs = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    return [torch.from_numpy(output) for output in outputs]


@torch.inference_mode()
def test_the_graphs_compute_what_torch_does_along_the_dial(saved: Path) -> None:
    dial, beta = Dial.from_pretrained(saved), torch.tensor(BETAS)
    generator = torch.Generator().manual_seed(3)
    z, x = torch.randn(6, 32, generator=generator), torch.rand(6, 3, 64, 64, generator=generator)
    torch.testing.assert_close(run(saved / DECODER, z=z, beta=beta)[0], dial.decode(z, beta), atol=1e-5, rtol=0)
    for code, expected in zip(run(saved / ENCODER, x=x, beta=beta), dial.encode(x, beta), strict=True):
        torch.testing.assert_close(code, expected, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_a_graph_is_the_ordinary_graph_of_each_beta(saved: Path, tmp_path: Path) -> None:
    dial, z = Dial.from_pretrained(saved), torch.randn(2, 32, generator=torch.Generator().manual_seed(3))
    for beta in (1.0, 7.0):
        (tmp_path / DECODER).write_bytes(export.draw_graphs(dial.at(beta))[DECODER])
        plain = run(tmp_path / DECODER, z=z)[0]
        torch.testing.assert_close(run(saved / DECODER, z=z, beta=torch.full((2,), beta))[0], plain, atol=1e-5, rtol=0)


def test_both_files_together_have_at_most_four_megabytes(saved: Path) -> None:
    assert sum((saved / name).stat().st_size for name in (DECODER, ENCODER)) < 4e6
    for name in (DECODER, ENCODER):
        kernels = [constant for constant in onnx.load(saved / name).graph.initializer if len(constant.dims) == 4]
        assert kernels
        assert {constant.data_type for constant in kernels} == {TensorProto.FLOAT16}


def test_a_graph_that_differs_from_torch_is_not_written(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from train.onnx import dial_graph

    before = {name: (saved / name).read_bytes() for name in (DECODER, ENCODER)}
    monkeypatch.setattr(dial_graph, "STEEPNESS", 4.5)
    with pytest.raises(UserError, match=r"encoder\.onnx would differ"):
        export.export(saved)
    assert {name: (saved / name).read_bytes() for name in (DECODER, ENCODER)} == before


def test_every_input_has_the_same_free_batch(saved: Path) -> None:
    for name, first in ((DECODER, "z"), (ENCODER, "x")):
        inputs = onnxruntime.InferenceSession(saved / name, providers=["CPUExecutionProvider"]).get_inputs()
        assert [entry.name for entry in inputs] == [first, "beta"]
        assert {entry.shape[0] for entry in inputs} == {"batch"}
        assert {entry.type for entry in inputs} == {"tensor(float)"}
        assert np.prod(inputs[1].shape[1:]) == 1
