"""The numbers that the page and the server share."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from faces import align, crops, image
from faces.files import decoding
from faces.finder import detection, mesh, search

MODULE = Path(__file__).parents[3] / "assets" / "vision" / "constants.js"
THRESHOLDS = search.Thresholds()
PYTHON = {
    "SIZE": image.SIZE,
    "CELEBA_FRAME": crops.CELEBA_FRAME,
    "CELEBA_BOX": crops.CELEBA_BOX,
    "CELEBA_EYES": [(eye.real, eye.imag) for eye in align.CELEBA_EYES],
    "LARGEST": decoding.LARGEST,
    "OVERLAP": detection.OVERLAP,
    "STRIDE": detection.STRIDE,
    "COARSE": detection.COARSE,
    "FINE": detection.FINE,
    "MESH_SIZE": mesh.SIZE,
    "MARGIN": mesh.MARGIN,
    "DARK": mesh.DARK,
    "BRIGHTEST": mesh.BRIGHTEST,
    "OFF": mesh.OFF,
    "OUTLINES": mesh.OUTLINES,
    "THRESHOLDS": {"detection": THRESHOLDS.detection, "mesh": THRESHOLDS.mesh},
    "LARGE": search.LARGE,
    "FINER": search.FINER,
    "LEAST": search.LEAST,
    "SMALL": search.SMALL,
    "ENLARGED": search.ENLARGED,
    "STEP": search.STEP,
    "MOST_MESHES": search.MOST_MESHES,
    "MOST_FACES": align.MOST_FACES,
}


def test_the_page_has_the_numbers_of_python() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    script = "import(process.argv[1]).then((constants) => console.log(JSON.stringify(constants)))"
    printed = subprocess.run([node, "-e", script, MODULE.as_uri()], capture_output=True, check=True, text=True)
    assert json.loads(printed.stdout) == json.loads(json.dumps(PYTHON))
