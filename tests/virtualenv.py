"""Environments that contain only the packages that a list of requirements asks for."""

import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def closure(requirements: list[str]) -> set[str]:
    """Return the names of these distributions and of everything that they require on this machine."""
    names: set[str] = set()
    waiting = [Requirement(line) for line in requirements]
    visited: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in visited:
            continue
        visited.add((name, extras))
        names.add(name)
        for line in distribution(name).requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                waiting.append(needed)
    return names


def create(folder: Path, requirements: list[str]) -> Path:
    """Create a virtual environment in `folder` and return its Python.

    Its packages are links to those of the running environment, so nothing is downloaded.
    """
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for name in closure(requirements):
        files = distribution(name).files or []
        for entry in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            link = site / entry
            if not link.exists():
                link.symlink_to(Path(str(distribution(name).locate_file(entry))))
    return folder / "bin" / "python"


def pip(*arguments: str, python: Path = Path(sys.executable)) -> None:
    """Run pip for the environment of `python`, without the network."""
    options = ["--quiet", "--disable-pip-version-check", "--python", str(python)]
    command = [sys.executable, "-m", "pip", *options, *arguments, "--no-deps", "--no-index"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
