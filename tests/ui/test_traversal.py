from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from PIL.WebPImagePlugin import WebPImageFile
from torch import Tensor

from faces.image import to_array, to_picture
from tests.conftest import draw_face, report_models
from tests.ui.test_latents import small
from ui import latents, sheet, subject, traversal
from ui.traversal import STRIP, TILES, Moved, across, across_png, grid, grid_film, grid_png, traverse
from vae_models.files.latent_names import LatentNames, Name
from vae_models.hub.pull import Pulled

NEAR = 0.03  # what enlarging and WebP change
FACES = torch.cat([subject.tensor(to_array(draw_face(seed))) for seed in (1, 2)])


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


def codes(pulled: Pulled) -> Tensor:
    with torch.no_grad():
        return pulled.model.encode(FACES).mean


def decoded(pulled: Pulled, code: Tensor, dimension: int, value: float) -> Tensor:
    """By hand: one number of a code replaced."""
    numbers = code.tolist()
    numbers[dimension] = value
    with torch.no_grad():
        return pulled.model.decode(torch.tensor([numbers]))[0]


def difference(image: Tensor, shown: Image.Image) -> float:
    """Of a model's picture and what a page shows of it."""
    small_again = np.asarray(shown.convert("RGB").resize((64, 64), Image.Resampling.BOX)).astype(float)
    return float(np.abs(small_again - np.asarray(to_picture(image))).mean() / 255)


def test_a_traversal_moves_one_dimension_evenly_from_low_to_high_and_no_other(models: tuple[Pulled, ...]) -> None:
    for pulled in models:
        z = codes(pulled)[0]
        for dimension in (0, 4, 31):
            images = traverse(pulled, z, dimension, -2, 1, 4)
            assert images.shape == (4, 3, 64, 64)
            for image, value in zip(images, (-2, -1, 0, 1), strict=True):
                torch.testing.assert_close(image.clone(), decoded(pulled, z, dimension, value), atol=1e-5, rtol=0)


def test_at_the_codes_own_value_stands_its_own_face(models: tuple[Pulled, ...]) -> None:
    for pulled in models:
        z = codes(pulled)[0]
        with torch.no_grad():
            own = pulled.model.decode(z[None])[0]
        for dimension in range(0, 32, 5):
            here = z[dimension].item()
            middle = traverse(pulled, z, dimension, here - 1, here + 1, 3)[1]
            torch.testing.assert_close(middle.clone(), own, atol=1e-5, rtol=0)


def test_a_traversal_leaves_the_code_it_was_given_alone(models: tuple[Pulled, ...]) -> None:
    z = codes(models[1])[0]
    before = z.clone()
    traverse(models[1], z, 3, -3, 3, 2)
    grid(models[1], z, 2, 2)
    assert torch.equal(z, before)


def test_a_dead_dimension_hardly_changes_the_picture_and_the_first_does(models: tuple[Pulled, ...]) -> None:
    for pulled in models[1:]:
        known = latents.known(pulled).dimensions
        for z in codes(pulled):
            first, dead = (
                traverse(pulled, z, d.index, d.low, d.high, 2).diff(dim=0).square().mean()
                for d in (known[0], known[-1])
            )
            assert first > 1e-2
            assert dead < 1e-4


def test_a_grids_rows_are_the_traversals_of_what_carries_most(models: tuple[Pulled, ...]) -> None:
    for pulled in models:
        z, known = codes(pulled)[0], latents.known(pulled)
        found = grid(pulled, z, 5, 3)
        assert found.pictures.shape == (3, 5, 3, 64, 64)
        assert found.dimensions == known.dimensions[:3]
        for dimension, images in zip(found.dimensions, found.pictures, strict=True):
            for image, value in ((images[0], dimension.low), (images[2], dimension.mean), (images[4], dimension.high)):
                expected = decoded(pulled, z, dimension.index, value)
                torch.testing.assert_close(image.clone(), expected, atol=1e-4, rtol=0)
        everything = grid(pulled, z, 2, 32).dimensions
        assert everything == known.active


def test_a_grid_of_a_collapsed_model_is_refused() -> None:
    with pytest.raises(ValueError, match="No dimension of small is active"):
        grid(small(kl=[0.0] * 4), torch.zeros(4))


def test_the_grids_picture_shows_the_grid(models: tuple[Pulled, ...]) -> None:
    pulled = models[2]
    z = codes(pulled)[0]
    found = grid(pulled, z, 5, 3)
    left, top = sheet.GAP + sheet.LABEL + STRIP.gap, sheet.GAP + sheet.HEADING + sheet.CAPTION
    step = STRIP.tile + STRIP.gap
    with Image.open(BytesIO(grid_png(pulled, z, 5, 3))) as page:
        for row, images in enumerate(found.pictures):
            for column, image in enumerate(images):
                x, y = left + column * step, top + row * step
                assert difference(image, page.crop((x, y, x + STRIP.tile, y + STRIP.tile))) < NEAR
            label = page.convert("L").crop((sheet.GAP, y, sheet.GAP + sheet.LABEL, y + STRIP.tile))
            assert np.asarray(label).min() < 100


def test_a_films_tiles_move_from_low_to_high_and_back_without_end(models: tuple[Pulled, ...]) -> None:
    pulled, steps = models[2]._replace(names=LatentNames()), 5
    z = codes(pulled)[0]
    found = grid(pulled, z, steps, 32)
    assert len(found.dimensions) == 14  # two lines of seven
    with Image.open(BytesIO(grid_film(pulled, z, steps))) as moving:
        assert isinstance(moving, WebPImageFile)
        assert moving.is_animated
        assert moving.info["loop"] == 0
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(moving)]
    assert len(frames) == 2 * (steps - 1)
    across_step, down = TILES.tile + TILES.gap, TILES.caption + TILES.tile + TILES.gap
    for turn, step in enumerate([0, 1, 2, 3, 4, 3, 2, 1]):
        for place, images in enumerate(found.pictures):
            x = TILES.gap + place % 7 * across_step
            y = sheet.HEADING + TILES.caption + place // 7 * down
            assert difference(images[step], frames[turn].crop((x, y, x + TILES.tile, y + TILES.tile))) < NEAR


def test_names_make_room_in_pictures_and_films() -> None:
    bare = small(kl=[1.0, 2.0, 3.0, 0.0])
    named = bare._replace(names=LatentNames((Name(2, "smile +", "Smiling", 0.8, (0.7, 0.9)),)))
    z = torch.zeros(4)
    assert grid_png(bare, z, 3) != grid_png(named, z, 3)
    heights = [Image.open(BytesIO(grid_film(pulled, z, 3))).height for pulled in (bare, named)]
    assert heights[1] - heights[0] == traversal.LINE


def test_across_models_each_face_takes_the_way_it_takes_in_each(models: tuple[Pulled, ...]) -> None:
    faces, dimensions = [codes(pulled) for pulled in models], [6, 12, 11, 4]
    found = across(models, faces, [Moved(index) for index in dimensions], 3)
    for pulled, z, dimension, strips in zip(models, faces, dimensions, found, strict=True):
        moved = latents.known(pulled).at(dimension)
        assert strips.shape == (2, 3, 3, 64, 64)
        for code, strip in zip(z, strips, strict=True):
            for image, value in zip(strip, (moved.low, moved.mean, moved.high), strict=True):
                torch.testing.assert_close(image.clone(), decoded(pulled, code, dimension, value), atol=1e-4, rtol=0)


def test_a_flipped_dimension_is_drawn_from_high_to_low(models: tuple[Pulled, ...]) -> None:
    faces = [codes(pulled) for pulled in models]
    there = across(models, faces, [Moved(3)] * 4, 5)
    back = across(models, faces, [Moved(3, flipped=True)] * 4, 5)
    for one, other in zip(there, back, strict=True):
        torch.testing.assert_close(one, other.flip(1), atol=1e-5, rtol=0)


def test_the_picture_across_models_has_a_column_for_each_and_a_row_for_each_face(models: tuple[Pulled, ...]) -> None:
    faces, dimensions = [codes(pulled) for pulled in models], [6, 12, 11, 4]
    found = across(models, faces, [Moved(index) for index in dimensions], 3)
    step = STRIP.tile + STRIP.gap
    block = STRIP.gap + 3 * step + 2 * sheet.GAP
    with Image.open(BytesIO(across_png(models, faces, [Moved(index) for index in dimensions], 3))) as page:
        for place, strips in enumerate(found):
            for row, strip in enumerate(strips):
                for column, image in enumerate(strip):
                    x = sheet.GAP + STRIP.gap + place * block + column * step
                    y = sheet.GAP + 2 * sheet.HEADING + STRIP.caption + row * step
                    assert difference(image, page.crop((x, y, x + STRIP.tile, y + STRIP.tile))) < NEAR


def test_across_wants_codes_and_a_dimension_for_each_model(models: tuple[Pulled, ...]) -> None:
    with pytest.raises(ValueError, match="shorter"):
        across(models, [codes(models[0])], [Moved(0)] * 4)
