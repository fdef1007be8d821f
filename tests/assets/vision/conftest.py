"""The modules of assets/vision in Chromium."""

import base64
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from faces.align import Face, Faces

Pixels = NDArray[np.uint8]  # (H, W, 3)


class Aligned(NamedTuple):
    """Face as a model sees it."""

    pixels: Pixels  # (64, 64, 3)
    code: NDArray[np.float32]  # (D,), empty without a model


class Vision:
    """The functions of page.js, with files as bytes."""

    def __init__(self, page: Page, module: str) -> None:
        self.page = page
        self.module = module

    def read(self, file: bytes) -> Pixels:
        """Decode a file."""
        return _unpack(self._call("read", _encode(file)))

    def fail(self, file: bytes) -> str:
        """Return the name of the error that decoding gives, or an empty text."""
        return str(self._call("fail", _encode(file)))

    def align(self, file: bytes, face: Face, model: str = "") -> Aligned:
        """Align a face by its eyes, and encode it by a bundled model."""
        eyes = {"leftEye": face.left_eye, "rightEye": face.right_eye}
        result = self._call("alignAndEncode", {"file": _encode(file), "eyes": eyes, "model": model})
        return Aligned(_unpack(result), np.array(result["code"], np.float32))

    def find(self, file: bytes) -> Faces:
        """Find the faces of a file; none if it has no face."""
        found = self._call("find", _encode(file)) or {"faces": [], "more": 0}
        faces = [Face(tuple(face["leftEye"]), tuple(face["rightEye"]), tuple(face["box"])) for face in found["faces"]]
        return Faces(faces, found["more"])

    def _call(self, name: str, argument: Any) -> Any:
        script = f"async (argument) => (await import('{self.module}')).{name}(argument)"
        return self.page.evaluate(script, argument)


def _encode(file: bytes) -> str:
    return base64.b64encode(file).decode()


def _unpack(picture: dict[str, Any]) -> Pixels:
    pixels = np.frombuffer(base64.b64decode(picture["rgba"]), np.uint8)
    rgba = pixels.reshape(picture["height"], picture["width"], 4)
    assert (rgba[..., 3] == 255).all()
    return rgba[..., :3]


@pytest.fixture(scope="session")
def vision(blank_page: Page, assets_address: str) -> Vision:
    """Call assets/vision in Chromium."""
    return Vision(blank_page, f"{assets_address}/tests/assets/vision/page.js")
