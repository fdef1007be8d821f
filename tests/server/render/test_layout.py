from io import BytesIO

import numpy as np
from PIL import Image

from server.render.layout import CAPTION, GAP, TILE, arrange, to_png
from tests.conftest import draw_face


def test_a_page_shows_its_faces_enlarged_in_their_columns() -> None:
    faces = [draw_face(seed) for seed in range(3)]
    with Image.open(BytesIO(to_png(arrange([("β = 1", faces[:1]), ("two", faces[1:])])))) as page:
        assert not page.getexif()
        for face, column, row in ((faces[0], 0, 0), (faces[1], 1, 0), (faces[2], 1, 1)):
            left, top = GAP + column * (TILE + GAP), CAPTION + row * (TILE + GAP)
            shown = page.crop((left, top, left + TILE, top + TILE)).resize((64, 64), Image.Resampling.BOX)
            assert np.abs(np.asarray(shown).astype(float) - np.asarray(face)).mean() < 8
