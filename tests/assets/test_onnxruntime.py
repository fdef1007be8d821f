"""The runtime that the page hands to browsers is the release it says it is."""

import hashlib
import re
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "assets" / "onnxruntime"
FETCH = runpy.run_path(str(FOLDER / "fetch.py"))


def test_the_files_have_exactly_the_digests_that_fetch_holds_and_there_are_no_others() -> None:
    lying_here = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.iterdir()}
    for own in ("README.md", "fetch.py"):
        del lying_here[own]
    assert lying_here == FETCH["FILES"]


def test_what_has_another_digest_is_refused() -> None:
    digest = hashlib.sha256(b"a runtime").hexdigest()
    assert FETCH["require_digest"]("runtime", b"a runtime", digest) == b"a runtime"
    with pytest.raises(ValueError, match=r"runtime has the SHA-256 .* nothing was written"):
        FETCH["require_digest"]("runtime", b"A runtime", digest)


def test_packing_is_the_same_at_any_time_and_on_any_system() -> None:
    packed = FETCH["compressed"](b"a runtime")
    # RFC 1952: no name, no time, packed as small as can be, system unknown
    assert packed[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])


def test_script_and_notes_name_the_release_that_is_fetched() -> None:
    script = (FOLDER / FETCH["SCRIPT"]).read_text(encoding="utf-8")
    found = [
        re.findall(r"ONNX Runtime Web v([\d.]+)\n", script),
        re.findall(r"^# ONNX Runtime Web ([\d.]+)$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE),
    ]
    assert found == [[FETCH["VERSION"]]] * 2
