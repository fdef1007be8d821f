import sys
from pathlib import Path

import pytest

from train.__main__ import main
from train.commands.table import TableConfig


def test_a_folder_without_a_record_is_answered_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (str(tmp_path), "nowhere"):
        monkeypatch.setattr(sys, "argv", ["train", "table", folder])
        assert main() == 2
        assert f"{folder} holds no training.json" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["train", "table"])
    assert main() == 0
    assert capsys.readouterr().out == TableConfig().run() + "\n"
