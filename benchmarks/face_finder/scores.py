"""Right faces, errors and times of both finders on the variants of CelebA's frames, measured picture by picture."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_finder.finder import Finder
from benchmarks.face_finder.frames import (
    CANVASES,
    NEAR,
    ORIGINALS,
    Variant,
    evenly_spaced,
    make_variant,
    measure_errors,
)

MOST_ERROR, LEAST_RIGHT, MOST_MS, MOST_MS_LARGE = 0.9, 0.98, 15.0, 40.0


class Outcome(NamedTuple):
    """Outcome of one picture."""

    right: bool  # both eyes are near those of the reference
    error: float  # mean of both eyes, in pixels of 64; infinite without a face
    decoding: float  # ms of CPU
    finding: float  # ms of CPU


class Score(NamedTuple):
    """Outcomes of N pictures."""

    right: NDArray[np.bool_]  # (N,)
    error: NDArray[np.float64]  # (N,)
    decoding: NDArray[np.float64]  # (N,) ms
    finding: NDArray[np.float64]  # (N,) ms

    @property
    def share(self) -> float:
        """Share of right faces."""
        return float(self.right.mean())

    def error_quantile(self, q: float) -> float:
        """Return the error that the share `q` of all pictures does not exceed; infinite if too many lack a face."""
        return float(np.quantile(self.error, q, method="higher"))


class Comparison(NamedTuple):
    """Scores of the new finder on all pictures of a variant, and of the old one on some of them."""

    new: Score
    old: Score
    ratio: float  # of the time to find a face, old / new, on the pictures that both saw


def measure_outcome(finder: Finder, variant: Variant, folder: Path) -> Outcome:
    """Let a finder look at a variant of a frame."""
    file = folder / f"picture{variant.ending}"
    file.write_bytes(variant.data)
    sight = finder.find(file)
    errors = measure_errors(sight, finder.reference, variant.onto)
    return Outcome(max(errors) <= NEAR, sum(errors) / 2, sight.decoding * 1e3, sight.finding * 1e3)


def compare(name: str, files: tuple[Path, ...], new: Finder, old: Finder, old_limit: int, folder: Path) -> Comparison:
    """Compare both finders on a variant, in turn on each picture that both see."""
    both = set(evenly_spaced(len(files), old_limit))
    seen_by_new, seen_by_old = [], []
    for i, file in enumerate(files):
        variant = make_variant(name, file)
        seen_by_new.append(measure_outcome(new, variant, folder))
        if i in both:
            seen_by_old.append(measure_outcome(old, variant, folder))
    scores = gather(seen_by_new), gather(seen_by_old)
    return Comparison(*scores, float(scores[1].finding.sum() / scores[0].finding[sorted(both)].sum()))


def gather(outcomes: list[Outcome]) -> Score:
    """Gather outcomes by column."""
    right, *values = zip(*outcomes, strict=True)
    error, decoding, finding = (np.array(column) for column in values)
    return Score(np.array(right), error, decoding, finding)


def print_comparisons(comparisons: dict[str, Comparison]) -> None:
    """Print a row for each variant and finder."""
    print(f"{'':34}{'pictures':>8}{'right':>9}{'median':>9}{'p90':>7}{'CPU, ms':>10}{'decoding':>10}")
    for name, comparison in comparisons.items():
        for title, score in (("old", comparison.old), ("new", comparison.new)):
            median, p90 = score.error_quantile(0.5), score.error_quantile(0.9)
            times = f"{score.finding.mean():10.1f}{score.decoding.mean():10.1f}"
            print(f"{name:30}{title:4}{len(score.right):8}{score.share:9.1%}{median:9.2f}{p90:7.2f}{times}")
        print(f"{'':30}old / new{comparison.ratio:44.1f}")


def list_laws(comparisons: dict[str, Comparison]) -> list[tuple[str, bool]]:
    """List what the new finder must reach on every variant, and whether it does."""
    laws = []
    for name, (score, _, _) in comparisons.items():
        laws.append((f"{name}: right {score.share:.1%}, at least {LEAST_RIGHT:.0%}", score.share >= LEAST_RIGHT))
        median = score.error_quantile(0.5)
        laws.append((f"{name}: median error {median:.2f}, at most {MOST_ERROR}", median <= MOST_ERROR))
    for name, most in zip((ORIGINALS, CANVASES), (MOST_MS, MOST_MS_LARGE), strict=True):
        score = comparisons[name].new
        mean = (score.decoding + score.finding).mean()
        laws.append((f"{name}: {mean:.1f} ms of CPU with decoding, at most {most:.0f}", mean <= most))
    return laws
