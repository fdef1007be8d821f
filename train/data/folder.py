"""Any folder or zip of images: its files, and those that are passed over."""

import os
import random
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from faces.errors import PictureError
from faces.files.decoding import read_size
from faces.formats import explain_ending, readable_endings
from faces.preprocessing import Preprocessing
from train.data.decode import open_files
from train.data.options import Split
from train.data.pictures import VALIDATION_SHARE, DataError, printable
from train.data.sources import HIDDEN, Files, Skipped, summarize
from train.errors import path_errors

# files and folders that begin with a dot, such as macOS's ._name.jpg beside each name.jpg of a zip, and those that
# systems write
HIDDEN_NAME = re.compile(
    r"(^|[/\\])(\.(?!\.?([/\\]|$))|(__macosx|@eadir|\$recycle\.bin|system volume information)[/\\]"
    r"|(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r)$)",
    re.IGNORECASE,
)
ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".001"}

Identity = tuple[int, int]  # device and number of a folder, the same through every link


@dataclass(frozen=True)
class Listing:
    """Files of a folder, or members of a zip. Names are relative to it, and sorted."""

    path: Path
    pictures: tuple[str, ...]  # files whose ending is one of a picture
    others: tuple[str, ...]  # all other files
    skipped: tuple[Skipped, ...]  # entries that are hidden, or cannot be followed
    folders: frozenset[Identity] = frozenset()  # every folder that was read

    def skip(self) -> tuple[Skipped, ...]:
        """Return all entries that are no images."""
        rows = [Skipped(name, printable(ending(name)) or "without ending", _explain(name)) for name in self.others]
        return (*rows, *self.skipped)


def select(listing: Listing, split: Split, preprocessing: Preprocessing) -> Files:
    """Choose the images of a split.

    If it is train or val, a seeded twentieth of all images validates: the same ones for every training seed. Raises
    DataError if there are no images.
    """
    path, names, skipped = listing.path, listing.pictures, listing.skip()
    if not names:
        endings = " ".join(sorted(readable_endings()))
        raise DataError(f"{path} has no pictures in it (files that end in {endings}){_describe_others(listing)}")
    if split == "all":
        return Files(path, names, (), preprocessing, skipped=skipped)
    held_out = set(random.Random(0).sample(names, max(1, round(VALIDATION_SHARE * len(names)))))
    training = tuple(name for name in names if name not in held_out)
    validation = tuple(name for name in names if name in held_out)
    return Files(path, training, validation, preprocessing, split, skipped)


def list_files(path: Path) -> Listing:
    """List the files of a folder with all its subfolders, or the members of a zip.

    Links to folders are followed, and each folder is read once. Raises DataError if `path` is neither a folder nor a
    zip.
    """
    return _sort(path, _walk(path)) if path.is_dir() else _list_zip(path, _stamp(path))


def read_sizes(path: Path, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the width and height of each of these pictures in a folder or zip that can be read."""
    return _read_sizes(path, names) if path.is_dir() else _read_zip_sizes(path, tuple(names), _stamp(path))


def share_folders(first: Path, second: Path) -> bool:
    """Return whether a folder is in both, links included."""
    with path_errors():
        return not list_files(first).folders.isdisjoint(list_files(second).folders)


def read(path: Path, name: str) -> bytes:
    """Return a file of a folder or zip. Raises DataError if it cannot be read."""
    try:
        with open_files(path) as read_file:
            return read_file(name)
    except PictureError as error:
        raise DataError(f"{path}, {printable(name)}: {error}") from None


def split_name(name: str) -> tuple[str, str]:
    """Return the folder and the last part of a name. Some zips have Windows' backslashes in their names."""
    head, _, tail = name.replace("\\", "/").rpartition("/")
    return head, tail


def ending(name: str) -> str:
    """Return the ending of a file's name in lower case, with the dot; empty if there is none."""
    return os.path.splitext(split_name(name)[1])[1].lower()


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes if a zip is written again: a zip of CelebA's size takes seconds to open."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _list_zip(path: Path, stamp: tuple[int, int]) -> Listing:  # noqa: ARG001  part of the key
    try:
        with ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith(("/", "\\"))]
    except (BadZipFile, NotImplementedError, ValueError, EOFError):
        raise DataError(f"{path} is neither a folder nor a zip of pictures") from None
    return _sort(path, _Tree(list(dict.fromkeys(names)), [], set()))


@lru_cache(maxsize=4)
def _read_zip_sizes(path: Path, names: tuple[str, ...], stamp: tuple[int, int]) -> dict[str, tuple[int, int]]:  # noqa: ARG001
    return _read_sizes(path, names)


def _read_sizes(path: Path, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    sizes = {}
    with open_files(path) as read_file:
        for name in names:
            with suppress(PictureError):  # decoding lists it later
                sizes[name] = read_size(read_file(name))
    return sizes


def _sort(path: Path, tree: "_Tree") -> Listing:
    """Tell pictures, other files and hidden ones apart."""
    endings = readable_endings()
    pictures: list[str] = []
    others: list[str] = []
    hidden: list[Skipped] = []
    for name in sorted(tree.names):
        if HIDDEN_NAME.search(name):
            hidden.append(Skipped(name, HIDDEN, "hidden, or written by a system"))
        else:
            (pictures if ending(name) in endings else others).append(name)
    return Listing(path, tuple(pictures), tuple(others), (*sorted(tree.skipped), *hidden), frozenset(tree.folders))


class _Tree(NamedTuple):
    names: list[str]
    skipped: list[Skipped]
    folders: set[Identity]


def _walk(root: Path) -> _Tree:
    """List the files of a folder: first those in its own subfolders, then those behind links to folders."""
    tree = _Tree([], [], set())
    above = {_identity(folder) for folder in root.resolve().parents}  # a link to one of these is a loop
    own, links = [""], list[str]()
    while own or links:
        folder = own.pop() if own else links.pop(0)
        identity = _identity(root / folder)
        if identity in tree.folders | above:
            tree.skipped.append(
                Skipped(folder, "links to folders that are read already", "a link to a folder that is read already")
            )
            continue
        tree.folders.add(identity)
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise
            tree.skipped.append(Skipped(folder, "unreadable folders", f"this folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            name = os.path.join(folder, entry.name)
            if entry.is_file(follow_symlinks=False):
                tree.names.append(name)
            elif entry.is_dir(follow_symlinks=False):
                own.append(name)
            elif os.path.isdir(entry.path):
                links.append(name)
            elif os.path.isfile(entry.path):
                tree.names.append(name)
            else:
                tree.skipped.append(Skipped(name, "broken links or devices", "neither a file nor a link to one"))
    return tree


def _identity(folder: Path) -> Identity:
    stat = folder.stat()
    return stat.st_dev, stat.st_ino


def _explain(name: str) -> str:
    return explain_ending(ending(name)) or "its ending is not one of a picture"


def _describe_others(listing: Listing) -> str:
    skipped = listing.skip()
    has_archives = any(ending(name) in ARCHIVES for name in listing.others)
    hint = " (archives inside are not read: unpack them)" if has_archives else ""
    return f"; passed over: {summarize(skipped)}{hint}" if skipped else ""
