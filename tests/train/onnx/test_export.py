"""Exported files: the bundled ones, and the command that writes them."""

import re
import subprocess
import sys
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch

from train.__main__ import main
from train.onnx import export
from vae_models import Autoencoder
from vae_models.catalogue import BUNDLED
from vae_models.files.onnx_files import DECODER, ENCODER
from vae_models.files.training_record import RECORD
from vae_models.hub.pull import BUNDLED_FOLDER

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
FILES = (DECODER, ENCODER)


@pytest.fixture(params=BUNDLED)
def bundled(request: pytest.FixtureRequest) -> Path:
    return BUNDLED_FOLDER / request.param


def session(file: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    return main()


def copy_model(folder: Path, place: Path) -> None:
    """What a run leaves, without the ONNX files."""
    for name in ("config.json", "model.safetensors", RECORD):
        (place / name).write_bytes((folder / name).read_bytes())


@torch.inference_mode()
def require_agreement(folder: Path, n: int) -> None:
    """Both files against the safetensors, on other codes and pictures than the export's own."""
    model = Autoencoder.from_pretrained(folder)
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


def test_the_bundled_files_are_what_an_export_of_their_weights_writes(bundled: Path, tmp_path: Path) -> None:
    copy_model(bundled, tmp_path)
    export.write(tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (bundled / name).read_bytes()


def test_the_signature_is_the_documented_one(bundled: Path) -> None:
    def described(nodes: list[onnxruntime.NodeArg]) -> list[tuple[str, str, list[int | str]]]:
        return [(node.name, node.type, node.shape) for node in nodes]

    code, picture = ["batch", 32], ["batch", 3, 64, 64]
    decoder, encoder = session(bundled / DECODER), session(bundled / ENCODER)
    assert described(decoder.get_inputs()) == [("z", "tensor(float)", code)]
    assert described(decoder.get_outputs()) == [("reconstruction", "tensor(float)", picture)]
    assert described(encoder.get_inputs()) == [("x", "tensor(float)", picture)]
    names = ["mean"] if bundled.name == "ae" else ["mean", "logvar"]
    assert described(encoder.get_outputs()) == [(name, "tensor(float)", code) for name in names]


def test_the_bundled_files_are_small_self_contained_and_of_the_standard(bundled: Path) -> None:
    for name in FILES:
        assert (bundled / name).stat().st_size < 2e6
        file = onnx.load(bundled / name, load_external_data=False)
        onnx.checker.check_model(file, full_check=True)
        assert [(opset.domain, opset.version) for opset in file.opset_import] == [("", 17)]
        assert {node.domain for node in file.graph.node} == {""}
        assert not any(constant.external_data for constant in file.graph.initializer)


def test_the_readme_s_lines_decode_without_torch() -> None:
    (lines,) = [block for block in re.findall("```python\n(.*?)```", README, re.DOTALL) if "onnxruntime" in block]
    proof = "import sys; assert 'torch' not in sys.modules; print(faces.shape, faces.min() >= 0, faces.max() <= 1)"
    run = subprocess.run([sys.executable, "-c", lines + proof], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("(16, 3, 64, 64) True True\n", "")


def test_the_command_exports_a_finished_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy_model(BUNDLED_FOLDER / "ae", tmp_path)
    assert command(monkeypatch, "export", str(tmp_path)) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in printed] == [str(tmp_path / name) for name in FILES]
    assert "1.55 MB" in printed[0]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("config.json", None, "it has no config.json"),
        ("model.safetensors", None, "it has no model.safetensors"),
        (RECORD, None, "it has no training.json"),
        ("model.safetensors", b"half a fi", "holds a damaged model"),
        ("config.json", b"{", "holds a damaged model"),
        ("config.json", b'{"width": 8}', "holds a damaged model"),
        ("config.json", b'{"width": "wide"}', "holds a damaged model"),
    ],
)
def test_unfinished_and_damaged_folders_are_answered_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    content: bytes | None,
    sentence: str,
) -> None:
    copy_model(BUNDLED_FOLDER / "ae", tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert command(monkeypatch, "export", str(tmp_path)) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ")
    assert sentence in told.err
    assert (told.err.count("\n"), told.out) == (1, "")
    assert not list(tmp_path.glob("*.onnx*"))


def test_a_folder_that_is_none_is_not_asked_for_on_the_hub(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "export", "nowhere/model") == 2
    assert "There is no folder nowhere/model" in capsys.readouterr().err
