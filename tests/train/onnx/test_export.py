"""The exported files of the bundled models."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch

from tests.conftest import bundled_models
from tests.train.onnx.folders import copy_model
from train.onnx import export
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.files.names import DECODER, ENCODER
from vae_models.hub.pull import BUNDLED_FOLDER

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
FILES = (DECODER, ENCODER)


@pytest.fixture(params=BUNDLED)
def bundled(request: pytest.FixtureRequest) -> Path:
    return BUNDLED_FOLDER / request.param


@pytest.fixture(params=[*BUNDLED, *BUNDLED_DIALS])
def weights(request: pytest.FixtureRequest) -> Path:
    """Return the folder of a bundled model or dial."""
    return BUNDLED_FOLDER / request.param


@cache
def session(file: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


@torch.inference_mode()
def require_agreement(folder: Path, n: int) -> None:
    """Compare both files with the safetensors, on other codes and images than the export itself."""
    (model,) = (pulled.model for pulled in bundled_models() if pulled.name == folder.name)
    generator = torch.Generator().manual_seed(n)
    z = torch.randn(n, model.config.latent_dim, generator=generator)
    x = torch.rand(n, 3, 64, 64, generator=generator)
    (pictures,) = session(folder / DECODER).run(["reconstruction"], {"z": z.numpy()})
    torch.testing.assert_close(torch.from_numpy(pictures), model.decode(z), atol=1e-5, rtol=0)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    for code, expected in zip(session(folder / ENCODER).run(None, {"x": x.numpy()}), model.encode(x), strict=True):
        torch.testing.assert_close(torch.from_numpy(code), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("n", [1, 3, 16])
def test_the_bundled_files_compute_what_torch_does(bundled: Path, n: int) -> None:
    require_agreement(bundled, n)


def test_an_export_of_the_bundled_weights_gives_the_bundled_files(weights: Path, tmp_path: Path) -> None:
    copy_model(weights, tmp_path)
    export.export(tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (weights / name).read_bytes()


def test_the_signature_is_the_documented_one(bundled: Path) -> None:
    def describe(nodes: list[onnxruntime.NodeArg]) -> list[tuple[str, str, list[int | str]]]:
        return [(node.name, node.type, node.shape) for node in nodes]

    code, picture = ["batch", 32], ["batch", 3, 64, 64]
    decoder, encoder = session(bundled / DECODER), session(bundled / ENCODER)
    assert describe(decoder.get_inputs()) == [("z", "tensor(float)", code)]
    assert describe(decoder.get_outputs()) == [("reconstruction", "tensor(float)", picture)]
    assert describe(encoder.get_inputs()) == [("x", "tensor(float)", picture)]
    names = ["mean"] if bundled.name == "ae" else ["mean", "logvar"]
    assert describe(encoder.get_outputs()) == [(name, "tensor(float)", code) for name in names]


def test_the_bundled_files_are_small_self_contained_and_standard(weights: Path) -> None:
    for name in FILES:
        assert (weights / name).stat().st_size < 2e6
        file = onnx.load(weights / name, load_external_data=False)
        onnx.checker.check_model(file, full_check=True)
        assert [(opset.domain, opset.version) for opset in file.opset_import] == [("", 17)]
        assert {node.domain for node in file.graph.node} == {""}
        assert not any(constant.external_data for constant in file.graph.initializer)


def test_the_lines_in_the_readme_decode_without_torch() -> None:
    (lines,) = [block for block in re.findall("```python\n(.*?)```", README, re.DOTALL) if "onnxruntime" in block]
    check = "import sys; assert 'torch' not in sys.modules; print(faces.shape, faces.min() >= 0, faces.max() <= 1)"
    run = subprocess.run([sys.executable, "-c", lines + check], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("(16, 3, 64, 64) True True\n", "")
