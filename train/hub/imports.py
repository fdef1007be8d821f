"""Which of this project's files a program imports."""

import ast
from collections.abc import Iterator
from pathlib import Path


def reached(program: Path, root: Path) -> set[Path]:
    """The Python files below `root` that `program` imports, directly or through others, and itself."""
    found: set[Path] = set()
    ahead = [program]
    while ahead:
        file = ahead.pop()
        if file not in found:
            found.add(file)
            ahead += _imported(file, root)
    return found


def _imported(file: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            modules = []
        for module in modules:
            yield from _files(module, root)


def _files(module: str, root: Path) -> Iterator[Path]:
    """The module's file and those of the packages it lies in, where they are ours."""
    place = root.joinpath(*module.split("."))
    packages = [place, *place.parents]
    candidates = [place.with_suffix(".py"), *(folder / "__init__.py" for folder in packages if root in folder.parents)]
    return (path for path in candidates if path.is_file())
