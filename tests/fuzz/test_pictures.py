"""Damaged pictures: 64 x 64 pixels, or a sentence."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.errors import PictureError
from faces.files.decoding import read_size
from faces.preprocessing import Preprocessing, preprocess
from tests.fuzz import picture_files
from tests.fuzz.damage import CHANGES, Change, change
from tests.fuzz.law import limits, require_sentence

pytestmark = pytest.mark.processes

HOW = st.sampled_from(("centre", "celeba", "aligned"))
WITH_EXIF = st.sampled_from([form for form in ("JPEG", "PNG", "WEBP", "AVIF") if form in picture_files.WRITABLE])
WITH_PROFILE = st.sampled_from(
    [
        (form, mode)
        for form in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
        if form in picture_files.WRITABLE
        for mode in picture_files.MODES[form]
    ]
)


def check(data: bytes, how: Preprocessing) -> None:
    """Check the law for a file."""
    with limits():
        for read in (lambda: preprocess(data, how).pixels, lambda: np.empty(read_size(data)[:0])):
            _check_one(read)


def _check_one(read: Callable[[], np.ndarray]) -> None:
    try:
        pixels = read()
    except PictureError as error:
        require_sentence(error)
        return
    assert pixels.shape in ((64, 64, 3), ())


@given(kind=picture_files.KINDS, number=st.integers(0, 3), changes=CHANGES, repaired=st.booleans(), how=HOW)
def test_changed_bytes(
    kind: tuple[str, str], number: int, changes: list[Change], repaired: bool, how: Preprocessing
) -> None:
    data = change(picture_files.encode(*kind, number), changes)
    check(picture_files.repair_png(data) if repaired and kind[0] == "PNG" else data, how)


@given(form=WITH_EXIF, exif=picture_files.EXIF, changes=CHANGES, how=HOW)
def test_changed_exif(form: str, exif: bytes, changes: list[Change], how: Preprocessing) -> None:
    data = change(exif, changes)
    try:
        data = picture_files.encode(form, "RGB", 0, exif=data or exif)
    except Exception:  # Pillow itself does not write it
        data = picture_files.encode(form, "RGB", 0) + data
    check(data, how)
    assert preprocess(data, "centre")  # metadata is not pixels


@given(
    kind=WITH_PROFILE,
    name=st.sampled_from(picture_files.PROFILES),
    changes=CHANGES,
    how=HOW,
)
def test_changed_profiles(kind: tuple[str, str], name: str, changes: list[Change], how: Preprocessing) -> None:
    profile = change(picture_files.write_profile(name), changes)
    data = picture_files.encode(*kind, 0, profile=profile)
    check(data, how)
    assert preprocess(data, "centre")  # an unreadable profile is as none


@given(
    data=st.binary(max_size=300),
    start=st.sampled_from(
        (
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"BM",
            b"II*\0",
            b"MM\0*",
            b"P6 ",
            b"Pf ",
            b"RIFF\x80\0\0\0WEBP",
            b"\0\0\0\x18ftypavif",
            b"\0\0\0\x18ftypheic",
        )
    ),
)
def test_any_bytes_after_the_signature_of_a_format(start: bytes, data: bytes) -> None:
    check(start + data, "centre")
