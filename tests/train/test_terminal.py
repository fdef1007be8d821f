"""Output of the trainer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from train.terminal import ignore_closed_terminal
ignore_closed_terminal()
for stream, text in ((sys.stderr, "bar"), (sys.stdout, "one "), (sys.stderr, "end "), (sys.stdout, "two")):
    stream.write(text)
"""


@pytest.mark.parametrize(("unbuffered", "expected"), [("1", "barone end two"), ("", None)])
def test_unbuffered_output_keeps_its_order(tmp_path: Path, unbuffered: str, expected: str | None) -> None:
    with (tmp_path / "output").open("wb") as output:
        environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        subprocess.run(
            [sys.executable, "-c", PROGRAM], stdout=output, stderr=output, env=environment, cwd=ROOT, check=True
        )
    text = (tmp_path / "output").read_text()
    assert sorted(text) == sorted("barone end two")
    assert expected is None or text == expected
