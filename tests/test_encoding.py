"""Text is read and written as UTF-8, whatever the locale: product code names the encoding at every text file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = (
    "app.py",
    "vae_faces.py",
    "assets",
    "benchmarks",
    "faces",
    "metrics",
    "pages",
    "server",
    "train",
    "vae_models",
)
OPENERS = {"open", "fdopen", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"}
TEXT = {"read_text", "write_text"}
PROCESSES = {"run", "Popen", "check_output"}  # of subprocess


def list_files() -> list[Path]:
    paths = [ROOT / name for name in PRODUCT]
    return [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))]


def calls_without_encoding(source: str) -> Iterator[int]:
    """Yield the line of every call that reads or writes text in the encoding of the machine."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and reads_or_writes_text(node) and not names_encoding(node):
            yield node.lineno


def names_encoding(call: ast.Call) -> bool:
    return any(keyword.arg == "encoding" for keyword in call.keywords)


def reads_or_writes_text(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in TEXT:
        return True
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in PROCESSES:
        return is_true(keywords.get("text")) or is_true(keywords.get("universal_newlines"))
    if name not in OPENERS:
        return False
    mode = keywords.get("mode")
    # the mode of Path.open() is its first argument, that of open() its second; other methods have names of files there
    candidates = [mode] if mode else call.args[: 1 if isinstance(function, ast.Attribute) else 2]
    modes = [value for value in map(constant, candidates) if value and set(value) <= set("rwxabt+")]
    if modes:
        return "b" not in modes[-1]
    return name == "open" and (isinstance(function, ast.Name) or not call.args)


def constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def test_every_text_file_is_opened_with_its_encoding() -> None:
    files = list_files()
    assert len(files) > 100
    faults = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        for line in calls_without_encoding(file.read_text(encoding="utf-8"))
    ]
    assert not faults


@pytest.mark.parametrize(
    "call",
    [
        "file.read_text()",
        "file.write_text(text)",
        "file.open()",
        "file.open('a')",
        "file.open(mode='w')",
        "open(path)",
        "open(path, 'w', newline='')",
        "open(path, mode='x')",
        "subprocess.run(command, text=True)",
    ],
)
def test_a_call_without_encoding_is_reported(call: str) -> None:
    assert list(calls_without_encoding(call)) == [1]


@pytest.mark.parametrize(
    "call",
    [
        "file.read_text(encoding='utf-8')",
        "file.open('rb')",
        "file.open('w', encoding='utf-8')",
        "open(path, 'ab')",
        "Image.open(path)",
        "archive.open(name)",
        "fsspec.open(path, 'rb')",
        "subprocess.run(command)",
    ],
)
def test_calls_for_bytes_or_with_encoding_are_allowed(call: str) -> None:
    assert not list(calls_without_encoding(call))
