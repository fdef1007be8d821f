"""Images decoded once into a uint8 file of shape (N, 64, 64, 3), from which batches are read."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from faces.image import SIZE, to_tensor
from faces.preprocessing import Preprocessing, cache_key
from train.data.cache_folder import Journal, Json, UnusableError, get_or_build, require_room
from train.data.decode import Report, decode_all
from train.data.options import Split
from train.data.pictures import DataError, Rows, build_metadata, printable
from train.data.sources import HIDDEN, TEST_SPLIT, Source, summarize
from vae_models.files.atomic import atomic_write, sync

PIXELS, DECODED = "pixels.bin", "decoded.bin"  # the finished file, and the unfinished one in the source's order
REJECTED = "refused.txt"
PICTURE = SIZE * SIZE * 3  # bytes
CHUNK = {"celeba": 256, "centre": 256, "aligned": 64}  # images that are decoded together
BLOCK = 4096  # images that are copied at a time
KINDS = 8  # of reasons that are printed


@dataclass(frozen=True)
class CachedImages:
    """N decoded images."""

    pixels: NDArray[np.uint8]  # (N, 64, 64, C), memory-mapped
    names: tuple[str, ...]  # N
    rejected: tuple[str, ...]  # name and reason of each image that cannot be used
    crop: Preprocessing | None  # None: stored at 64 x 64 by the data set
    split: Split = "all"
    factors: NDArray[np.int64] | None = None
    factor_names: tuple[str, ...] = ()
    factor_sizes: tuple[int, ...] = ()
    root: Path | None = None  # folder or zip of the images
    listed: tuple[str, ...] = ()  # names in all splits, those of images that cannot be used included

    def __len__(self) -> int:
        return self.pixels.shape[0]

    @property
    def channels(self) -> int:
        """1 or 3."""
        return self.pixels.shape[3]

    @property
    def metadata(self) -> dict[str, Any]:
        """Entries of training.json about the images."""
        return build_metadata(self.split, len(self), len(self.rejected), self.crop)

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """Return (B, C, 64, 64) in [0, 1], scaled on the device: bytes are quicker to move than floats."""
        return to_tensor(torch.from_numpy(np.array(self.pixels[rows])).to(device))


class Outcome(NamedTuple):
    """Index of a cache: what became of all images. The field names are the keys of index.json."""

    names: list[str]  # of the usable images, in the order of their pixels
    training: int  # so many of these train, and come first
    refused: list[tuple[str, str, bool]]  # name, reason, whether the image is for validation
    crowds: int  # images with several faces


def load(source: Source, folder: Path | None = None) -> CachedImages:
    """Load the images of `source` from the cache; decode them first if they are not in it.

    `folder` contains all caches; the default is the user's cache folder. All splits share one cache, and another
    source, crop or alignment has another one. Raises DataError if no image can be used.
    """
    key = {**source.cache_key(), "size": SIZE, "treatment": cache_key(source.preprocessing)}
    # alignment takes hours for a large data set, so a killed process continues
    path, index = get_or_build(folder, key, partial(_build, source), resumable=source.preprocessing == "aligned")
    _list_unused(path / REJECTED, index["refused"], source)
    training, names = index["training"], index["names"]
    rows = {"all": slice(None), "train": slice(0, training), "val": slice(training, None)}[source.split]
    rejected = tuple(
        f"{printable(name)}: {reason}"
        for name, reason, validates in index["refused"]
        if source.split == "all" or validates == (source.split == "val")
    )
    if not names[rows]:
        purpose = "validation" if source.split == "val" else "training"
        raise DataError(f"{source.title} has no usable picture for {purpose} ({len(rejected)} are left out)")
    pixels = np.memmap(path / PIXELS, dtype=np.uint8, mode="r", shape=(len(names), SIZE, SIZE, 3))
    return CachedImages(
        pixels[rows],
        tuple(names[rows]),
        rejected,
        source.preprocessing,
        source.split,
        root=source.root,
        listed=(*names, *(name for name, _, _ in index["refused"])),
    )


def _build(source: Source, folder: Path) -> Json:
    """Decode all images into an unfinished cache folder; return its index."""
    how, decoded = source.preprocessing, folder / DECODED
    journal = Journal(decoded, PICTURE) if how == "aligned" else None
    reports = journal.restore() if journal else []
    done = sum(report.size for report in reports)
    require_room(folder, ((source.pictures or 0) - done) * PICTURE)
    progress = tqdm(total=source.pictures, initial=done, desc=f"decoding {source.title}", unit=" pictures")
    with progress, decoded.open("ab") as file:
        for chunk in decode_all(source.chunks(done, CHUNK[how]), how, source.pictures):
            file.write(chunk.pixels)
            if journal:
                file.flush()  # a line of the journal vouches for pixels that are written
                journal.append(chunk)
            reports.append(chunk.report)
            progress.update(chunk.report.size)
    outcome = _finish(folder, reports, source.validation_mask(sum(report.size for report in reports)))
    if journal:
        journal.remove()
    if not outcome.names:
        first = f"; the first: {printable(outcome.refused[0][0])}: {outcome.refused[0][1]}" if outcome.refused else ""
        raise UnusableError(f"None of the {len(outcome.refused)} pictures in {source.title} can be used{first}")
    listing = folder.with_suffix("") / REJECTED  # the name that the folder will have
    _print_report(outcome, listing, source.title)
    _list_unused(folder / REJECTED, outcome.refused, source, listing)
    return outcome._asdict()


def _finish(folder: Path, reports: list[Report], validates: NDArray[np.bool_]) -> Outcome:
    """Write the pixels of the training images, then those of the validation images, each in their order.

    `validates` says for each listed image, usable or not, whether it is for validation.
    """
    starts = np.cumsum([0, *(report.size for report in reports)]).tolist()
    rejected = {
        start + entry.position: entry
        for start, report in zip(starts, reports, strict=False)  # the last start is the end
        for entry in report.rejected
    }
    used = np.ones(len(validates), dtype=bool)
    used[list(rejected)] = False
    order = np.argsort(validates[used], kind="stable")
    _reorder(folder / DECODED, folder / PIXELS, order)
    names = [name for report in reports for name in report.names]
    return Outcome(
        names=[names[i] for i in order],
        training=int((~validates[used]).sum()),
        refused=sorted((entry.name, entry.reason, bool(validates[i])) for i, entry in rejected.items()),
        crowds=sum(report.multi_face for report in reports),
    )


def _reorder(source: Path, target: Path, order: NDArray[np.int64]) -> None:
    """Move the pixels of image `order[i]` to position i, and wait until they are on the disk."""
    if (np.diff(order) < 0).any():
        pixels = np.memmap(source, np.uint8, "r", shape=(len(order), PICTURE))
        with target.open("wb") as file:
            for start in range(0, len(order), BLOCK):
                file.write(pixels[order[start : start + BLOCK]].tobytes())
        source.unlink()
    else:
        source.replace(target)
    sync(target)


def _list_unused(
    file: Path, refused: Sequence[tuple[str, str, bool]], source: Source, listing: Path | None = None
) -> None:
    """Write the images that cannot be used and the files that are passed over to `file`, if it does not list them yet.

    Files may come and go without a new cache. Those that are passed over are counted on the terminal; `listing` is the
    name that `file` will have.
    """
    listed = [skipped for skipped in source.skipped if skipped.kind not in (HIDDEN, TEST_SPLIT)]
    counts = Counter(skipped.kind for skipped in source.skipped if skipped.kind in (HIDDEN, TEST_SPLIT))
    lines = [f"{printable(name)}: {reason}" for name, reason, *_ in refused]
    lines += [f"{printable(skipped.name)}: passed over, {skipped.reason}" for skipped in listed]
    lines += [f"({count:,} {kind})" for kind, count in counts.items()]
    text = "".join(f"{line}\n" for line in lines)
    if file.is_file() and file.read_bytes() == text.encode():
        return
    if source.skipped:
        number, summary = len(source.skipped), summarize(source.skipped)
        print(f"{source.title}: {number:,} files are passed over: {summary}; see {listing or file}", file=sys.stderr)
    with suppress(OSError):  # a report only: this cache may be read-only, and another process may write it too
        atomic_write(file, lambda partial: partial.write_bytes(text.encode()))


def _print_report(outcome: Outcome, listing: Path, title: str) -> None:
    """Print how many images are left out, by kind of reason; `listing` is the file that lists all of them."""
    lines = []
    if outcome.crowds:
        lines.append(f"{outcome.crowds:,} pictures show several faces; the largest was taken")
    if outcome.refused:
        total = len(outcome.refused) + len(outcome.names)
        lines.append(f"{len(outcome.refused):,} of {total:,} pictures are left out; {listing} lists them:")
    kinds: dict[str, list[str]] = {}
    for name, reason, _ in outcome.refused:
        fact = re.split(r"[:(]", reason)[0].strip(" .")  # the rest is detail, or advice about a single picture
        kinds.setdefault(re.sub(r"\d[\d,]*", "0", fact), []).append(f"{printable(name)}: {fact}")
    common = sorted(kinds.values(), key=len, reverse=True)
    lines += [f"{len(kind):8,}  as {kind[0]}" for kind in common[:KINDS]]
    if lines:
        print(f"{title}: " + "\n".join(lines), file=sys.stderr)
