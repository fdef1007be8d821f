"""The ONNX runtime for browsers."""

import hashlib
import json
import re
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "assets" / "onnxruntime"
FETCH = runpy.run_path(str(FOLDER / "fetch.py"))


def test_the_folder_has_exactly_the_files_of_the_recorded_digests() -> None:
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.iterdir()}
    for own in ("README.md", "fetch.py"):
        del digests[own]
    assert digests == FETCH["FILES"]


def test_data_with_another_digest_is_refused() -> None:
    digest = hashlib.sha256(b"a runtime").hexdigest()
    assert FETCH["require_digest"]("runtime", b"a runtime", digest) == b"a runtime"
    with pytest.raises(ValueError, match=r"runtime has the SHA-256 .* nothing was written"):
        FETCH["require_digest"]("runtime", b"A runtime", digest)


def test_compression_depends_on_neither_time_nor_system() -> None:
    compressed = FETCH["compress"](b"a runtime")
    # RFC 1952: no name, no time, best compression, unknown system
    assert compressed[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])


def test_script_and_notes_name_the_downloaded_release() -> None:
    script = (FOLDER / FETCH["SCRIPT"]).read_text(encoding="utf-8")
    versions = [
        re.findall(r"ONNX Runtime Web v([\d.]+)\n", script),
        re.findall(r"^# ONNX Runtime Web ([\d.]+)$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE),
    ]
    assert versions == [[FETCH["VERSION"]]] * 2


def test_the_types_are_of_the_downloaded_release() -> None:
    tools = json.loads((FOLDER.parent / "package.json").read_text())["devDependencies"]
    assert tools["onnxruntime-common"] == FETCH["VERSION"]
