"""The end of a run: ONNX files if their packages are installed, otherwise a line that tells how to export."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from accelerate.state import AcceleratorState

from train import loop
from train.commands.export import ExportConfig
from train.config import TrainConfig
from train.errors import UserError
from train.onnx import export
from vae_models import Autoencoder
from vae_models.files.names import CARD, DECODER, ENCODER, LATENTS, RECORD

ROOT = Path(__file__).parents[3]


def onnx_files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.onnx"))


@pytest.fixture
def trained(config: TrainConfig, finished_copy: Callable[[str], Path]) -> Callable[[str], TrainConfig]:
    """Return a function that copies a run of a recipe that has done its last step but has no result yet."""

    def copy(recipe: str) -> TrainConfig:
        folder = finished_copy(recipe)
        for name in (RECORD, CARD, DECODER, ENCODER, "config.json", "model.safetensors"):
            (folder / name).unlink()
        AcceleratorState._reset_state(reset_partial_state=True)
        return replace(config, recipe=recipe, resume=True)

    return copy


@pytest.mark.parametrize("recipe", ["ae", "vae"])
def test_a_run_exports_the_weights_that_it_saves(
    trained: Callable[[str], TrainConfig], capsys: pytest.CaptureFixture[str], recipe: str
) -> None:
    config = trained(recipe)
    capsys.readouterr()
    folder = loop.train(replace(config, weights="float16"))
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        str(folder / DECODER),
        str(folder / ENCODER),
    ]
    z = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    session = onnxruntime.InferenceSession(folder / DECODER, providers=["CPUExecutionProvider"])
    with torch.inference_mode():
        expected = Autoencoder.from_pretrained(folder).decode(z).numpy()
    np.testing.assert_allclose(session.run(None, {"z": z.numpy()})[0], expected, atol=1e-5, rtol=0)
    before = {name: (folder / name).read_bytes() for name in onnx_files(folder)}
    export.export(folder)
    assert {name: (folder / name).read_bytes() for name in onnx_files(folder)} == before


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_a_run_without_the_packages_tells_how_to_export(
    trained: Callable[[str], TrainConfig],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    package: str,
) -> None:
    config = trained("vae")
    capsys.readouterr()
    monkeypatch.setitem(sys.modules, package, None)
    folder = loop.train(config)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("No ONNX files were written")
    assert line.endswith(f"pip install onnx onnxruntime, then python -m train export {folder}")
    assert (folder / RECORD).is_file()
    assert onnx_files(folder) == []
    with pytest.raises(UserError, match="pip install onnx onnxruntime"):
        ExportConfig(folder).run()


def test_a_longer_run_removes_the_files_of_earlier_weights(
    config: TrainConfig, finished_copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished_copy("vae")
    assert onnx_files(folder) == [DECODER, ENCODER]
    assert DECODER in (folder / CARD).read_text()
    (folder / LATENTS).write_text("{}")
    AcceleratorState._reset_state(reset_partial_state=True)
    monkeypatch.setitem(sys.modules, "onnx", None)
    loop.train(replace(config, steps=14, resume=True))
    assert onnx_files(folder) == []
    assert not (folder / LATENTS).exists()
    assert DECODER not in (folder / CARD).read_text()


def test_a_failing_export_is_a_warning_and_leaves_a_finished_model(
    trained: Callable[[str], TrainConfig], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = trained("vae")
    monkeypatch.setattr(export, "TOLERANCE", 0.0)
    folder = loop.train(config)
    warning = capsys.readouterr().err.splitlines()[-1]
    assert warning.startswith("warning: ")
    assert "no ONNX file was written" in warning
    assert f"python -m train export {folder}" in warning
    assert (folder / RECORD).is_file()
    assert (folder / CARD).is_file()
    assert onnx_files(folder) == []
    with pytest.raises(UserError, match="no ONNX file was written"):
        ExportConfig(folder).run()


@pytest.mark.processes
def test_training_does_not_import_the_packages_of_the_export(faces_folder: Path, tmp_path: Path) -> None:
    start = "import sys; sys.modules.update(onnx=None, onnxruntime=None); from train.__main__ import main; exit(main())"
    arguments = ["vae", "--data", str(faces_folder), "--output", str(tmp_path), "--width", "4", "--steps", "1"]
    arguments += ["--batch-size", "8", "--cache", str(tmp_path / "cache")]
    command = [sys.executable, "-c", start, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "No ONNX files were written" in done.stdout
