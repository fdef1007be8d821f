"""The mesh puts the eyes on the pupils, even if the detection was inexact or the face is dark."""

import cmath

import numpy as np
import pytest
from PIL import Image

from faces.finder import mesh
from faces.finder.detection import Detection
from faces.finder.mesh import Mesh, fit_mesh
from faces.finder.pyramid import Pyramid
from tests.faces.portraits import EYES, PORTRAIT, darken

FACE = Detection(1, 223 + 123j, 108, EYES)
NEAR = 4  # pixels between an eye's outline and its pupil


def distance(found: Mesh, eyes: tuple[complex, complex] = EYES) -> float:
    return max(abs(a - b) for a, b in zip(found.eyes, eyes, strict=True))


def test_the_eyes_are_on_the_pupils_of_a_face() -> None:
    found = fit_mesh(Pyramid(PORTRAIT), FACE)
    assert found.flag > 0.99
    assert distance(found) < NEAR
    assert abs(found.middle - FACE.middle) < 0.1 * FACE.side
    assert 0.9 < found.side / FACE.side < 1.1


@pytest.mark.parametrize("shift", [0.15, -0.15, 0.15j, -0.15j])
@pytest.mark.parametrize("turn", [cmath.rect(1.2, 0.3), cmath.rect(0.85, -0.3)])
def test_an_inexact_detection_has_nearly_the_same_eyes(shift: complex, turn: complex) -> None:
    middle = FACE.middle + shift * FACE.side
    right, left = (middle + turn * (eye - FACE.middle) for eye in EYES)
    exact, found = (
        fit_mesh(Pyramid(PORTRAIT), face) for face in (FACE, Detection(1, middle, 108 * abs(turn), (right, left)))
    )
    assert distance(found, exact.eyes) < 0.04 * FACE.side


def test_the_mesh_is_fitted_again_only_if_the_eyes_were_inexact(monkeypatch: pytest.MonkeyPatch) -> None:
    fits: list[complex] = []
    real = mesh._fit

    def fit(pyramid: Pyramid, middle: complex, side: float, eyes: tuple[complex, complex]) -> Mesh:
        fits.append(middle)
        return real(pyramid, middle, side, eyes)

    monkeypatch.setattr(mesh, "_fit", fit)
    found = fit_mesh(Pyramid(PORTRAIT), FACE)
    assert len(fits) == 1
    fit_mesh(Pyramid(PORTRAIT), Detection(1, found.middle, found.side, (EYES[0] + 20j, EYES[1])))
    assert len(fits) == 3


def test_a_dark_face_is_brightened_before_it_is_seen() -> None:
    exact, found = (fit_mesh(Pyramid(picture), FACE) for picture in (PORTRAIT, darken(PORTRAIT, 0.12, noise=2)))
    assert found.flag > 0.9
    assert distance(found, exact.eyes) < 0.04 * FACE.side


@pytest.mark.parametrize(("level", "expected"), [(200, 200), (100, 100), (50, 100), (10, 60), (0, 0)])
def test_only_dark_faces_are_brightened_and_at_most_six_times(level: int, expected: float) -> None:
    view = np.full((192, 192, 3), 255, np.uint8)
    view[48:144, 48:144] = level
    seen = mesh._brighten(view) * 255
    assert np.allclose(seen[0, :, 48:144, 48:144], expected, atol=1e-3)
    assert np.allclose(seen[0, :, :48], 255, atol=1e-3)


def test_a_wall_is_no_face() -> None:
    assert fit_mesh(Pyramid(Image.new("RGB", (400, 300), "grey")), FACE).flag < 0.1
