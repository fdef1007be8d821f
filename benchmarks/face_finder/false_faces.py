"""False faces of both finders in pictures without people, and both errors for each pair of thresholds."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from benchmarks.face_finder.finder import Finder
from benchmarks.face_finder.frames import NEAR, VARIANTS, evenly_spaced, make_variant, measure_errors
from benchmarks.face_finder.thresholds import CHOSEN, FLAGS, SCORES, find_with_all
from benchmarks.face_finder.without_people import all_pictures
from faces.align import CELEBA_EYES
from faces.finder.search import Thresholds
from faces.image import read_picture

MOST_FALSE = 1


class FalseFaces(NamedTuple):
    """False faces of both finders."""

    new: Counter[str]  # name of a picture -> false faces, of those that have any
    old: Counter[str]
    looked_at: tuple[int, int]  # pictures that the new and the old finder saw
    slowest: float  # ms of CPU of the new finder for a picture


def count_false_faces(new: Finder, old: Finder, limits: tuple[int, int], folder: Path) -> FalseFaces:
    """Count the false faces in pictures without people, of both finders, each in some of them, evenly spaced."""
    pictures = list(all_pictures())
    chosen_by_new, chosen_by_old = (evenly_spaced(len(pictures), limit) for limit in limits)
    counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    slowest, file = 0.0, folder / "picture.png"
    for i, (name, picture) in enumerate(pictures):
        picture.save(file)
        for finder, some, count in zip((new, old), (chosen_by_new, chosen_by_old), counts, strict=True):
            if i in some:
                sight = finder.find(file)
                count += Counter({name: sight.total})
                slowest = max(slowest, sight.finding * 1e3 if finder is new else 0)
    return FalseFaces(*counts, (len(chosen_by_new), len(chosen_by_old)), slowest)


class Errors(NamedTuple):
    """Errors of the new finder for each pair of thresholds."""

    missed: Counter[Thresholds]  # frames and variants without a right face
    frames: int  # that were looked at, variants included
    false: Counter[Thresholds]  # faces in pictures without people
    pictures: int


def sweep_thresholds(files: tuple[Path, ...], limit: int) -> Errors:
    """Count both errors for each pair, on variants of all `files` and on at most `limit` pictures without people."""
    missed: Counter[Thresholds] = Counter()
    for name in VARIANTS:
        for file in files:
            variant = make_variant(name, file)
            for pair, sight in find_with_all(read_picture(variant.data)).items():
                missed[pair] += max(measure_errors(sight, CELEBA_EYES, variant.onto)) > NEAR
    false: Counter[Thresholds] = Counter()
    pictures = list(all_pictures())
    some = evenly_spaced(len(pictures), limit)
    for i in some:
        for pair, sight in find_with_all(pictures[i][1]).items():
            false[pair] += sight.total
    return Errors(missed, len(VARIANTS) * len(files), false, len(some))


def print_false_faces(result: FalseFaces) -> None:
    """Print the false faces of both finders."""
    for title, counts, seen in zip(("new", "old"), (result.new, result.old), result.looked_at, strict=True):
        names = ", ".join(sorted(counts)) or "none"
        print(f"{title}: {counts.total()} false faces in {seen} pictures without people: {names}")
    print(f"the slowest of these pictures took the new finder {result.slowest:.0f} ms of CPU")


def print_errors(errors: Errors) -> None:
    """Print both errors for each pair of thresholds."""
    print(f"without a right face, of {errors.frames} / false faces, in {errors.pictures} pictures without people")
    print(f"{'BlazeFace':>9}  mesh{''.join(f'{flag:>11}' for flag in FLAGS)}")
    for score in SCORES:
        pairs = [Thresholds(score, flag) for flag in FLAGS]
        cells = (f"{errors.missed[pair]} / {errors.false[pair]}" for pair in pairs)
        print(f"{score:9}      {''.join(f'{cell:>11}' for cell in cells)}")
    print(f"the finder uses {CHOSEN.detection} and {CHOSEN.mesh}")
