"""The files of the networks are those that SOURCES.md describes."""

import hashlib
import re
from pathlib import Path

MODELS = Path(__file__).parents[3] / "faces" / "models"
ROW = re.compile(r"\| `(.*)` \| ([\d,]+) \| `([0-9a-f]{64})` \|")


def test_every_network_has_the_size_and_digest_in_its_table() -> None:
    expected = {
        file.name: (len(file.read_bytes()), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in MODELS.glob("*.onnx")
    }
    rows = ROW.findall((MODELS / "SOURCES.md").read_text())
    assert {name: (int(size.replace(",", "")), digest) for name, size, digest in rows} == expected
    assert sum(size for size, _ in expected.values()) <= 2_600_000


def test_the_notice_names_every_network() -> None:
    notice = (MODELS / "NOTICE").read_text()
    assert all(file.name in notice for file in MODELS.glob("*.onnx"))
    assert "Apache License, Version 2.0" in notice
