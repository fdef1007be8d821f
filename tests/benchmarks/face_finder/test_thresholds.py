"""The finder with other thresholds."""

import pytest
from PIL import Image

from benchmarks.face_finder.thresholds import FLAGS, SCORES, find_with_all, look
from benchmarks.running_app import ROOT
from faces.finder.pyramid import Pyramid
from faces.finder.search import Thresholds


@pytest.fixture(scope="module")
def half_hidden() -> Image.Image:
    """Cover a part of the portrait's face, so that the finder is unsure of it."""
    picture = Image.open(ROOT / "assets" / "examples" / "astronaut.png").convert("RGB").resize((160, 160))
    picture.paste("grey", (77, 0, 160, 160))
    return picture


def test_every_pair_gives_what_the_finder_gives_with_it(half_hidden: Image.Image) -> None:
    sights = find_with_all(half_hidden)
    assert len(sights) == len(SCORES) * len(FLAGS)
    assert {sight.total for sight in sights.values()} == {0, 1}
    for pair in (Thresholds(score, flag) for score in SCORES[:2] for flag in FLAGS):
        assert sights[pair] == look(Pyramid(half_hidden), pair)


def test_no_pair_sees_a_face_in_an_empty_picture() -> None:
    assert not any(sight.total for sight in find_with_all(Image.new("RGB", (64, 64))).values())
