"""Scores of a finder over several pictures."""

import math

import pytest

from benchmarks.face_finder.scores import Outcome, gather


def test_a_missing_face_counts_among_the_errors() -> None:
    score = gather([Outcome(True, 0.5, 1, 2), Outcome(True, 0.7, 1, 2), Outcome(False, math.inf, 1, 2)])
    assert score.share == pytest.approx(2 / 3)
    assert score.error_quantile(0.5) == 0.7
    assert score.error_quantile(0.9) == math.inf
