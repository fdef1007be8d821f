"""Comparison of the face finder with an older one: right faces, groups of people, false faces, time.

    python -m benchmarks.face_finder --data FOLDER

FOLDER is CelebA in its own layout, with 178 x 218 frames. Both finders run in the same run, each in its own process
that computes in one thread, in turn on the same pictures; times are those of the CPU. The old one is the last with
Haar cascades. Exits with 1 if the new finder misses a target.
"""

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import tyro

from benchmarks.face_finder import false_faces, groups, scores, speed
from benchmarks.face_finder.finder import Finder, running_finder, worktree
from benchmarks.face_finder.frames import ORIGINALS, VARIANTS, Frames, evenly_spaced, read_frames, skin_brightness
from benchmarks.face_finder.thresholds import CHOSEN

LEAST_IN_GROUP, SIGNIFICANT = 0.96, 0.01

Law = tuple[str, bool]  # sentence, and whether it holds


@dataclass(frozen=True)
class Options:
    """Options of the measurement. All limits take evenly spaced pictures."""

    data: Path
    """Folder with CelebA's img_align_celeba and list_attr_celeba.txt."""
    old: str = "ecbb647"
    """Commit of the old finder, or a folder with it."""
    limit: int = 1000
    """Maximum number of frames for the new finder."""
    old_limit: int = 100
    """Maximum number of frames, and of pictures without people, for the old finder."""
    sweep: int = 100
    """Maximum number of frames for the pairs of thresholds."""
    without_people: int = 1000
    """Maximum number of pictures without people for the new finder."""
    rounds: int = 10
    """Times that the photograph is looked at."""


def measure_variants(frames: Frames, finders: tuple[Finder, Finder], options: Options, folder: Path) -> list[Law]:
    """Print right faces, errors and times by variant, and the shares of groups on the originals."""
    print("\nRight faces: both eyes of the crop within 6 of 64 pixels. Errors: mean of both eyes, pixels of 64.")
    comparisons = {name: scores.compare(name, frames.files, *finders, options.old_limit, folder) for name in VARIANTS}
    scores.print_comparisons(comparisons)
    right = comparisons[ORIGINALS].new.right
    return [*scores.list_laws(comparisons), *measure_groups(frames, right)]


def measure_groups(frames: Frames, right: groups.Mask) -> list[Law]:
    """Print the share of right faces in each group."""
    brightness = np.array([skin_brightness(file) for file in frames.files])
    shares = groups.compare_groups(right, list(groups.list_groups(frames.labels, brightness)))
    print("\nRight faces of the new finder by group, on the originals. Skin: median luminance of the cheeks.")
    print(f"{'':34}{'frames':>8}{'right':>8}{'':>9}{'95 % interval':>18}{'p':>8}")
    for share in shares:
        interval = f"{share.low:.1%} to {share.high:.1%}"
        print(f"{share.name:34}{share.frames:8}{share.right:8}{share.share:9.1%}{interval:>18}{share.p:8.3f}")
    worst, least = min(shares, key=lambda one: one.share), min(shares, key=lambda one: one.p)
    return [
        (f"{worst.name}: right {worst.share:.1%}, at least {LEAST_IN_GROUP:.0%}", worst.share >= LEAST_IN_GROUP),
        (f"{least.name}: p {least.p:.3f}, at least {SIGNIFICANT}", least.p >= SIGNIFICANT),
    ]


def measure_false_faces(frames: Frames, finders: tuple[Finder, Finder], options: Options, folder: Path) -> list[Law]:
    """Print false faces of both finders, and both errors by thresholds."""
    print()
    result = false_faces.count_false_faces(*finders, (options.without_people, options.old_limit), folder)
    false_faces.print_false_faces(result)
    print()
    files = tuple(frames.files[i] for i in evenly_spaced(len(frames), options.sweep))
    errors = false_faces.sweep_thresholds(files, options.without_people)
    false_faces.print_errors(errors)
    count = result.new.total()
    return [
        (f"{count} false faces at {tuple(CHOSEN)}, at most {false_faces.MOST_FALSE}", count <= false_faces.MOST_FALSE)
    ]


def measure_speed(frames: Frames, finders: tuple[Finder, Finder], options: Options, folder: Path) -> list[Law]:
    """Print the time of a photograph and the frames that are aligned in a second."""
    photograph = speed.time_photograph(speed.write_photograph(folder), *finders, options.rounds)
    files = [frames.files[i] for i in evenly_spaced(len(frames), options.old_limit)]
    seconds = speed.time_alignment(files, *finders)
    print("\nCPU, old and new")
    print(
        f"photograph of 2 MP with decoding  {photograph.old:8.1f} {photograph.new:8.1f} ms   x {photograph.ratio:.1f}"
    )
    old, new = (len(files) / value for value in seconds)
    print(f"frames aligned in a second        {old:8.1f} {new:8.1f}      x {seconds.ratio:.1f}")
    return [
        (f"photograph {photograph.new:.1f} ms, at most {speed.MOST_MS:.0f}", photograph.new <= speed.MOST_MS),
        (f"--align {seconds.ratio:.1f} times as fast, at least 15", seconds.ratio >= speed.LEAST_RATIO),
    ]


def main(options: Options) -> int:
    """Measure, print the tables, and return the exit status."""
    cv2.setNumThreads(1)
    frames = read_frames(options.data, options.limit)
    laws: list[Law] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        old = stack.enter_context(running_finder(stack.enter_context(worktree(options.old))))
        new = stack.enter_context(running_finder())
        print(f"{len(frames)} frames, OpenCV {cv2.__version__}; old finder: {options.old}, {options.old_limit} frames")
        for file in (speed.write_photograph(folder), frames.files[0]):  # loads the networks
            new.find(file), old.find(file)
        for measure in (measure_speed, measure_variants, measure_false_faces):
            laws += measure(frames, (new, old), options, folder)
    print("\nTargets")
    for sentence, holds in laws:
        print(f"{'met   ' if holds else 'MISSED'}  {sentence}")
    return int(not all(holds for _, holds in laws))


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, description=__doc__)))
