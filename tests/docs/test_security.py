"""The page on security: the tests that it names exist, and every promise names one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
PROMISES = PAGE.partition("## What is promised")[2].partition("\n## ")[0]


def functions(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_named_test_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 15
    for file, name in named:
        assert (ROOT / file).is_file(), file
        assert not name or name in functions(ROOT / file), name


def test_every_promise_names_its_test() -> None:
    promises = re.split(r"^- ", PROMISES, flags=re.MULTILINE)[1:]
    assert len(promises) > 10
    assert not [promise for promise in promises if "::test_" not in promise]


def test_the_page_is_found_from_the_others() -> None:
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text()
    assert "security.md" in (ROOT / "docs" / "app.md").read_text()
