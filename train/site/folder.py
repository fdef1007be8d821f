"""The folder of a site: written beside its final path and then renamed, so that there is a whole site or none."""

import json
import os
import shutil
from pathlib import Path

from train.errors import UserError, path_errors
from vae_models.files.atomic import sync, sync_folder

MARK = "site.json"  # tells that a folder is a site, and lists its files
HINT = "choose an empty or new folder, or one that this command has written"


@path_errors()
def require_own(folder: Path) -> None:
    """Raise UserError if the path cannot become a site: it holds something else, or it cannot be read or replaced."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UserError(f"{folder} is a file: {HINT}")
    if folder.samefile(Path.cwd()) or folder.is_mount():
        raise UserError(f"{folder} cannot be replaced as a whole: name a new folder in it")
    listed = _read_mark(folder)
    present = {file.name for file in folder.iterdir()} if not listed else _list_files(folder)
    others = sorted(present - listed)
    if others:
        raise UserError(f"{folder} holds {others[0]}, which is no part of a site: {HINT}")


def _read_mark(folder: Path) -> set[str]:
    """Return the names of the files of a site; none if the folder has no mark of one."""
    try:
        mark = json.loads((folder / MARK).read_bytes())
        return set(mark["files"]) if mark["program"] == "vae-faces" else set()
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _list_files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_symlink() or not file.is_dir()}


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write a site. An earlier one at the same path is replaced, in two renames, when the new one is complete.

    Raises UserError as `require_own` does, and if the folder cannot be written.
    """
    folder = folder.resolve()
    partial, old = (folder.with_name(f".{folder.name}.{ending}") for ending in ("partial", "old"))
    with path_errors():
        require_own(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        for rest in (partial, old):  # of a run that was killed
            shutil.rmtree(rest, ignore_errors=True)
        try:
            _write_files(partial, files)
            if folder.exists():
                os.replace(folder, old)
            os.replace(partial, folder)
        finally:
            if old.is_dir() and not folder.exists():  # stopped between the renames
                os.replace(old, folder)
            shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        sync_folder(folder.parent)


def _write_files(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        sync(file)
