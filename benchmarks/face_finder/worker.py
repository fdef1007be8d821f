"""Finder of one version of the project: runs in its root, reads requests and writes answers as lines of JSON.

`benchmarks.face_finder.finder` starts it as a process. It uses only names that all versions have since the first that
aligned faces. Times are those of this process's CPU, of all threads; OpenCV has one.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2

from faces.align import CELEBA_EYES, NoFaceFound, find_faces
from faces.image import read_picture
from faces.preprocessing import preprocess


def find(file: Path) -> dict[str, Any]:
    """Read a picture and find its faces: their eyes, how many more there are, and seconds for both steps."""
    start = time.process_time()
    picture = read_picture(file)
    decoded = time.process_time()
    try:
        faces: Any = find_faces(picture)
    except NoFaceFound:
        faces = ()
    end = time.process_time()
    return {
        "eyes": [(*face.left_eye, *face.right_eye) for face in faces],
        "more": getattr(faces, "more", 0),
        "decoding": decoded - start,
        "finding": end - decoded,
    }


def align(files: list[str]) -> dict[str, Any]:
    """Align the largest face of each picture as the trainer does; return the seconds and the number of faces."""
    start, count = time.process_time(), 0
    for file in files:
        try:
            preprocess(Path(file), "aligned")
        except NoFaceFound:
            continue
        count += 1
    return {"seconds": time.process_time() - start, "count": count}


def main() -> None:
    """Answer requests until the standard input is closed."""
    cv2.setNumThreads(1)
    print(json.dumps([(eye.real, eye.imag) for eye in CELEBA_EYES]), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer = align(request["align"]) if "align" in request else find(Path(request["find"]))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
