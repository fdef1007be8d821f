"""Groups of faces by CelebA's labels and by the brightness of the skin: the share of right faces of each."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, fisher_exact

from benchmarks.face_finder.frames import Labels

TENTHS = 10
ATTRIBUTES = {"Eyeglasses": ("glasses", "no glasses"), "Young": ("young", "not young"), "Male": ("male", "not male")}

Mask = NDArray[np.bool_]  # (N,), one per frame


class Share(NamedTuple):
    """Share of right faces in a group, with its 95 % interval."""

    name: str
    frames: int
    right: int
    low: float  # Wilson's score interval
    high: float
    p: float  # that of Fisher's exact test against all other frames, corrected for the number of groups (Holm)

    @property
    def share(self) -> float:
        """Share of right faces."""
        return self.right / self.frames


def list_groups(labels: Labels, brightness: NDArray[np.float64]) -> Iterator[tuple[str, Mask]]:
    """Yield the groups: both values of each attribute, and tenths of the brightness, the darkest first."""
    for attribute, (with_it, without_it) in ATTRIBUTES.items():
        yield with_it, labels[attribute]
        yield without_it, ~labels[attribute]
    tenth = np.argsort(np.argsort(brightness, kind="stable")) * TENTHS // len(brightness)
    for i in range(TENTHS):
        members = tenth == i
        if members.any():
            low, high = brightness[members].min(), brightness[members].max()
            yield f"skin {i + 1}: luminance {low:.0f} to {high:.0f}", members


def compare_groups(right: Mask, groups: list[tuple[str, Mask]]) -> list[Share]:
    """Compare each group that has members with the rest of the frames."""
    groups = [(name, members) for name, members in groups if members.any()]
    values = correct([test(right, members) for _, members in groups])
    shares = []
    for (name, members), p in zip(groups, values, strict=True):
        count, successes = int(members.sum()), int(right[members].sum())
        interval = binomtest(successes, count).proportion_ci(method="wilson")
        shares.append(Share(name, count, successes, interval.low, interval.high, p))
    return shares


def test(right: Mask, members: Mask) -> float:
    """Return the p of Fisher's exact test that members are as often right as the other frames, both sides."""
    table = [[int((right[part]).sum()), int((~right[part]).sum())] for part in (members, ~members)]
    return float(fisher_exact(table).pvalue)


def correct(values: list[float]) -> list[float]:
    """Correct p values for their number (Holm 1979), in their order."""
    corrected, largest = [0.0] * len(values), 0.0
    for rank, i in enumerate(np.argsort(values, kind="stable").tolist()):
        largest = max(largest, min(1.0, values[i] * (len(values) - rank)))
        corrected[i] = largest
    return corrected
