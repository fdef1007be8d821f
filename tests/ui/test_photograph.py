"""The card of a photograph says how many faces it shows."""

import pytest

from tests.faces.portraits import SMALL, tile_heads
from ui.photograph import MOST, look_at


@pytest.mark.parametrize(("columns", "words"), [(2, "2 faces<"), (4, "6 faces and 2 more<")])
def test_faces_beyond_those_to_choose_from_are_counted(columns: int, words: str) -> None:
    photograph = look_at(tile_heads((columns * 90, 200), columns, 2 if columns > 2 else 1))
    assert len(photograph.crops) == min(2 * columns if columns > 2 else 2, MOST)
    assert words in photograph.card


def test_one_face_has_no_number() -> None:
    photograph = look_at(SMALL)
    assert len(photograph.crops) == 1
    assert "1 face<" in photograph.card
    assert "<text" not in photograph.card
