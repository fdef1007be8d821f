"""The page reads pictures by the same function and the same table of formats as the trainer."""

import numpy as np
import pytest

from faces.formats import readable_endings
from faces.preprocessing import preprocess
from ui import subject


@pytest.mark.parametrize("centre", [True, False])
def test_the_page_crops_a_picture_as_the_trainer_does(centre: bool) -> None:
    expected = preprocess(subject.EXAMPLE, "centre" if centre else "aligned").pixels
    assert np.array_equal(subject.read(subject.EXAMPLE, centre=centre), expected)


def test_the_page_offers_the_endings_of_the_table() -> None:
    assert set(subject.file_types()) == {"image", *readable_endings()}
