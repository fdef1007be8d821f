"""Imports run one way: app -> ui -> {metrics, faces, vae_models}, train -> the same; train and ui never meet."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED: dict[str, set[str]] = {
    "app.py": {"ui", "vae_models"},
    "ui": {"ui", "metrics", "faces", "vae_models"},
    "train": {"train", "metrics", "faces", "vae_models"},
    "metrics": {"metrics", "vae_models.distributions"},
    "faces": {"faces"},
    "vae_models": {"vae_models"},
    "assets": set(),
    "benchmarks": {"benchmarks", "ui", "train", "metrics", "faces", "vae_models"},
}
OURS = {"app", "ui", "train", "metrics", "faces", "vae_models", "tests", "benchmarks"}
ONLY_PAGE = {"gradio", "gradio_client"}


def imported(file: Path) -> set[str]:
    """Every module that a file imports, at its top or later."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def files(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("place", ALLOWED)
def test_imports_run_one_way(place: str) -> None:
    assert files(place)
    for file in files(place):
        for module in imported(file):
            if module.split(".")[0] in OURS:
                assert any(module == allowed or module.startswith(f"{allowed}.") for allowed in ALLOWED[place]), (
                    f"{file.relative_to(ROOT)} imports {module}"
                )


@pytest.mark.parametrize("place", sorted(ALLOWED.keys() - {"app.py", "ui"}))
def test_only_the_page_knows_gradio(place: str) -> None:
    forbidden = ONLY_PAGE - (
        {"gradio_client"} if place == "benchmarks" else set()
    )  # they ask the page as a script does
    for file in files(place):
        assert not {module.split(".")[0] for module in imported(file)} & forbidden, file


def test_every_folder_of_code_has_its_rule() -> None:
    folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py")} - {"tests", ".ci"}
    assert {folder for folder in folders if not folder.startswith(".")} <= ALLOWED.keys()
