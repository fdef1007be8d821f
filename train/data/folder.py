"""Any folder or zip of images: its files, and those that are passed over."""

import os
import random
import re
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from PIL import Image

from faces.formats import FORMATS, explain_ending, readable_endings
from faces.image import PictureError
from train.data.decode import open_files
from train.data.options import Split
from train.data.pictures import VALIDATION_SHARE, DataError, printable
from train.data.preprocess import Preprocessing
from train.data.sources import Files, Skipped

HIDDEN = "hidden"  # kind of the files that systems and editors add
SYSTEM_NAMES = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
SYSTEM_FOLDERS = {"__macosx", "@eadir", "$recycle.bin", "system volume information"}

Identity = tuple[int, int]  # device and number of a folder, the same through every link


@dataclass(frozen=True)
class Listing:
    """Files of a folder, or members of a zip. Names are relative to it, and sorted."""

    path: Path
    pictures: tuple[str, ...]  # files whose ending is one of a picture
    others: tuple[str, ...]  # all other files
    skipped: tuple[Skipped, ...]  # entries that are hidden, or cannot be followed
    folders: frozenset[Identity] = frozenset()  # every folder that was read

    def read(self, name: str) -> bytes:
        """Return the content of a file. Raises DataError if it cannot be read."""
        try:
            with open_files(self.path) as read:
                return read(name)
        except PictureError as error:
            raise DataError(f"{self.path}, {printable(name)}: {error}") from None

    def read_sizes(self, names: Sequence[str]) -> list[tuple[int, int]]:
        """Return the width and height of the pictures that can be read."""
        with open_files(self.path) as read:
            return [size for name in names if (size := _read_size(read, name)) is not None]

    def skip(self, unused: Sequence[str] = (), kind: str = "", reason: str = "") -> tuple[Skipped, ...]:
        """Return all entries that are no images, and the images `unused` with a kind and a reason of their own."""
        rows = [Skipped(name, kind, reason) for name in unused]
        rows += [Skipped(name, ending(name) or "no ending", _explain(name)) for name in self.others]
        return (*sorted(rows), *self.skipped)


def find(path: Path, split: Split, preprocessing: Preprocessing) -> Files:
    """List all images, also those in subfolders, sorted by name.

    If `split` is train or val, a seeded twentieth validates: the same images for every training seed. Raises DataError
    if there are no images.
    """
    return select(list_files(path), split, preprocessing)


def select(listing: Listing, split: Split, preprocessing: Preprocessing) -> Files:
    """Choose the images of a split as `find` does."""
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
    tree = _walk(path) if path.is_dir() else _Tree(_list_members(path), [], set())
    visible = [name for name in tree.names if not _is_hidden(name)]
    hidden = [Skipped(name, HIDDEN, "hidden, or written by a system") for name in tree.names if _is_hidden(name)]
    endings = readable_endings()
    pictures = tuple(sorted(name for name in visible if ending(name) in endings))
    others = tuple(sorted(set(visible).difference(pictures)))
    return Listing(path, pictures, others, (*sorted(tree.skipped), *sorted(hidden)), frozenset(tree.folders))


def split_name(name: str) -> list[str]:
    """Split the name of a file into its folders and its last part. Windows writes backslashes into some zips."""
    return re.split(r"[/\\]", name)


def ending(name: str) -> str:
    """Return the ending of a file's name in lower case, with the dot; empty if there is none."""
    return os.path.splitext(split_name(name)[-1])[1].lower()


def summarize(skipped: Sequence[Skipped]) -> str:
    """Count the files that are passed over, by kind, and say how files without a decoder could be read."""
    counts = ", ".join(f"{count:,} {kind}" for kind, count in Counter(entry.kind for entry in skipped).most_common())
    hints = {explain_ending(entry.kind) for entry in skipped if entry.kind.startswith(".")} - {None}
    return " ".join([counts, *(f"({hint})" for hint in sorted(map(str, hints)))])


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
            tree.skipped.append(Skipped(folder, "repeated folder", "a link to a folder that is read already"))
            continue
        tree.folders.add(identity)
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise
            tree.skipped.append(Skipped(folder, "unreadable folder", f"it cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            name = os.path.join(folder, entry.name)
            if entry.is_dir(follow_symlinks=False):
                own.append(name)
            elif os.path.isdir(entry.path):
                links.append(name)
            elif os.path.isfile(entry.path):
                tree.names.append(name)
            else:
                tree.skipped.append(Skipped(name, "broken link or device", "neither a file nor a link to one"))
    return tree


def _identity(folder: Path) -> Identity:
    stat = folder.stat()
    return stat.st_dev, stat.st_ino


def _list_members(path: Path) -> list[str]:
    try:
        with ZipFile(path) as archive:
            return list(dict.fromkeys(name for name in archive.namelist() if not name.endswith(("/", "\\"))))
    except (BadZipFile, NotImplementedError, ValueError, EOFError):
        raise DataError(f"{path} is neither a folder nor a zip of pictures") from None


def _read_size(read: Callable[[str], bytes], name: str) -> tuple[int, int] | None:
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(read(name)), formats=FORMATS) as picture:
            warnings.simplefilter("ignore")  # as in faces.image
            return picture.size
    except Exception:  # each of Pillow's decoders raises its own; decoding lists the picture later
        return None


def _is_hidden(name: str) -> bool:
    """Return whether a system or an editor wrote a file, such as macOS's ._name.jpg beside each name.jpg of a zip."""
    *folders, last = split_name(name.lower())
    dotted = any(part[:1] == "." and part not in (".", "..") for part in (*folders, last))
    return dotted or last in SYSTEM_NAMES or not SYSTEM_FOLDERS.isdisjoint(folders)


def _explain(name: str) -> str:
    return explain_ending(ending(name)) or "its ending is not one of a picture"


def _describe_others(listing: Listing) -> str:
    skipped = listing.skip()
    unpack = " (archives inside are not read: unpack them)" if any(ending(name) == ".zip" for name in listing.others) else ""
    return f"; passed over: {summarize(skipped)}{unpack}" if skipped else ""
