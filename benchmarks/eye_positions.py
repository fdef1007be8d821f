"""Positions of the eyes in CelebA's 178 x 218 frames according to the app's detector: `faces.align.CELEBA_EYES`.

    python -m benchmarks.eye_positions --data FOLDER

FOLDER has CelebA's aligned pictures. The detector's boxes are not centred on the pupils, but the app uses the same
detector for uploads, so its offset cancels. The app uses the medians, because a few frames show a second face.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from faces.align import NoFaceFound, find_faces
from faces.image import read_picture


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    data: Path
    """Folder of 178 x 218 frames."""
    limit: int = 1000
    """Maximum number of frames, evenly spaced."""


def main(options: Options) -> None:
    """Measure and print the table."""
    files = sorted(options.data.glob("*.jpg"))
    files = files[:: max(1, len(files) // options.limit)][: options.limit]
    count, eyes = 0, []
    for file in files:
        try:
            face = find_faces(read_picture(file))[0]
        except NoFaceFound:
            continue
        count += 1
        if face.eyes_seen:
            eyes.append([*face.left_eye, *face.right_eye])
    print(f"{len(files)} frames, a face in {count / len(files):.1%}, both eyes seen in {len(eyes) / len(files):.1%}")
    print("                    left x   left y  right x  right y")
    for name, statistic in (("mean", np.mean), ("median", np.median), ("standard deviation", np.std)):
        print(f"{name:18}", *(f"{value:8.2f}" for value in statistic(eyes, axis=0)))


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
