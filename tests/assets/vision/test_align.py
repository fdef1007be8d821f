"""Faces aligned in Chromium: for the same eyes the same pixels and codes as in Python."""

import cmath
import math
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from PIL import Image

from faces.align import Face, align
from faces.image import read_picture, to_array
from tests.assets.vision.conftest import Aligned, Pixels, Vision
from tests.assets.vision.pictures import EXACT, EYES, MATRICES, PROFILES, SRGB_PROFILES, noise, portrait
from tests.faces.samples import encode

pytestmark = pytest.mark.browser
MODEL = "vae"
ENCODER = Path(__file__).parents[3] / "assets" / "weights" / MODEL / "encoder.onnx"


@cache
def open_encoder() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(ENCODER, providers=["CPUExecutionProvider"])


def encode_crop(pixels: Pixels) -> NDArray[np.float32]:
    """Return the code (D,) of a crop."""
    images = pixels.transpose(2, 0, 1)[None].astype(np.float32) / 255
    session = open_encoder()
    (mean,) = session.run(["mean"], {session.get_inputs()[0].name: images})
    return cast("NDArray[np.float32]", mean[0])


def assert_aligned(aligned: Aligned, file: bytes, face: Face, tolerance: int) -> None:
    """Compare Chromium's crop and its code with Python's, within levels of 255."""
    expected = to_array(align(read_picture(file), face))
    assert np.abs(aligned.pixels.astype(int) - expected).max() <= tolerance
    assert np.abs(encode_crop(aligned.pixels) - encode_crop(expected)).max() < (1e-3 if tolerance <= 1 else 1e-2)


def turn(face: Face, scale: float, degrees: float, middle: complex) -> Face:
    """Return a face whose eyes are turned and scaled around `middle`."""
    around = cmath.rect(scale, math.radians(degrees))
    eyes = [middle + around * (complex(*eye) - middle) for eye in (face.left_eye, face.right_eye)]
    return Face((eyes[0].real, eyes[0].imag), (eyes[1].real, eyes[1].imag), face.box)


@pytest.mark.parametrize("kind", EXACT | SRGB_PROFILES | MATRICES)
def test_the_crop_of_every_kind_of_file_equals_pythons(vision: Vision, kind: str) -> None:
    file = (EXACT | SRGB_PROFILES | MATRICES)[kind](portrait())
    assert_aligned(vision.align(file, EYES), file, EYES, 1)


@pytest.mark.parametrize("kind", PROFILES)
def test_the_crop_of_other_profiles_is_within_two_levels(vision: Vision, kind: str) -> None:
    file = PROFILES[kind](portrait())
    assert_aligned(vision.align(file, EYES), file, EYES, 2)


@pytest.mark.parametrize("degrees", [-170, -90, -33, -7, 12, 45, 90, 180])
@pytest.mark.parametrize("scale", [0.1, 0.7, 1.9])
def test_the_crop_of_a_turned_and_scaled_face_equals_pythons(vision: Vision, degrees: float, scale: float) -> None:
    file, face = encode(portrait()), turn(EYES, scale, degrees, 115 + 94j)
    assert_aligned(vision.align(file, face), file, face, 1)


@pytest.mark.parametrize("middle", [0j, 239 + 0j, 189j, 239 + 189j, -200 + 50j])
def test_a_crop_that_leaves_the_picture_equals_pythons(vision: Vision, middle: complex) -> None:
    file = encode(noise(240, 190))
    face = Face((middle.real - 20, middle.imag - 3), (middle.real + 20, middle.imag + 3), (0, 0, 0, 0))
    assert_aligned(vision.align(file, face), file, face, 1)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 5), (17, 16)])
def test_the_crop_of_a_tiny_picture_equals_pythons(vision: Vision, size: tuple[int, int]) -> None:
    file = encode(noise(*size))
    face = Face((size[0] / 3, size[1] / 2), (size[0] / 2, size[1] / 2.5), (0, 0, 0, 0))
    assert_aligned(vision.align(file, face), file, face, 1)


def test_the_crop_of_48_megapixels_equals_pythons(vision: Vision) -> None:
    file = encode(portrait().resize((8000, 6000), Image.Resampling.BILINEAR), "JPEG", quality=80)
    face = turn(EYES, 8000 / 240, 0, 0j)
    assert_aligned(vision.align(file, face), file, face, 1)


def test_the_code_that_chromium_computes_equals_pythons(vision: Vision) -> None:
    file = encode(portrait())
    aligned = vision.align(file, EYES, MODEL)
    assert np.abs(aligned.code - encode_crop(to_array(align(read_picture(file), EYES)))).max() < 1e-3
