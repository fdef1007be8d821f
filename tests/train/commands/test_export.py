import sys
from pathlib import Path

import pytest

from tests.train.onnx.folders import copy_model
from train.__main__ import main
from vae_models.files.names import CARD, DECODER, ENCODER, RECORD
from vae_models.hub.pull import BUNDLED_FOLDER


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    return main()


def test_the_command_exports_a_finished_folder_and_updates_its_card(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy_model(BUNDLED_FOLDER / "ae", tmp_path)
    assert command(monkeypatch, "export", str(tmp_path)) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in printed] == [str(tmp_path / name) for name in (DECODER, ENCODER)]
    assert "1.55 MB" in printed[0]
    assert DECODER in (tmp_path / CARD).read_text()


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
def test_unfinished_and_damaged_folders_are_answered_in_one_sentence(
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
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert sentence in printed.err
    assert (printed.err.count("\n"), printed.out) == (1, "")
    assert not list(tmp_path.glob("*.onnx*"))


def test_a_missing_folder_is_not_searched_on_the_hub(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "export", "nowhere/model") == 2
    assert "There is no folder nowhere/model" in capsys.readouterr().err
