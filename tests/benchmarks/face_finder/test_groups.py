"""Groups of faces, and whether a finder treats one differently."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.face_finder.groups import ATTRIBUTES, compare_groups, correct, list_groups

COUNT = 200
DRAW = np.random.default_rng(0)
BRIGHTNESS = DRAW.permutation(COUNT) / 2
LABELS = {name: DRAW.random(COUNT) < 0.4 for name in ATTRIBUTES}
GROUPS = list(list_groups(LABELS, BRIGHTNESS))


def test_every_frame_is_in_one_group_of_each_kind() -> None:
    members = np.array([members for _, members in GROUPS])
    assert (members[:6].reshape(3, 2, COUNT).sum(axis=1) == 1).all()
    assert (members[6:].sum(axis=0) == 1).all()


def test_tenths_are_equal_and_ordered_from_the_darkest() -> None:
    tenths = [BRIGHTNESS[members] for _, members in GROUPS[6:]]
    assert [len(tenth) for tenth in tenths] == [COUNT // 10] * 10
    assert all(low.max() < high.min() for low, high in pairwise(tenths))


def test_p_values_are_corrected_as_holm_does() -> None:
    assert correct([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert correct([0.9, 0.001]) == pytest.approx([0.9, 0.002])
    assert correct([0.6, 0.7]) == [1.0, 1.0]


def test_a_group_that_is_missed_more_often_is_found() -> None:
    name, members = GROUPS[6]
    shares = {share.name: share for share in compare_groups(~members, GROUPS)}
    assert shares[name].right == 0
    assert shares[name].p < 1e-9


def test_misses_that_are_spread_evenly_make_no_group_different() -> None:
    right = np.ones(COUNT, dtype=bool)
    right[np.argsort(BRIGHTNESS)[::20]] = False  # one in each tenth
    shares = compare_groups(right, GROUPS)
    assert [share.right for share in shares[6:]] == [19] * 10
    assert min(share.p for share in shares) > 0.05


def test_the_interval_is_wilsons() -> None:
    half = np.arange(20) < 10
    (share,) = compare_groups(np.ones(20, dtype=bool), [("half", half)])
    z = 1.959964
    assert (share.low, share.high) == pytest.approx((1 / (1 + z**2 / 10), 1))
