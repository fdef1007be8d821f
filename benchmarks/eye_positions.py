"""Positions of the eyes in CelebA's 178 x 218 frames according to the app's finder: `faces.align.CELEBA_EYES`.

    python -m benchmarks.eye_positions --data FOLDER

FOLDER has CelebA's aligned pictures. The finder's eyes need not be those of CelebA's landmarks: the app uses the same
finder for uploads, so a constant difference cancels. The app uses the medians, because a few frames show a second face.
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
    eyes = []
    for file in files:
        try:
            face = find_faces(read_picture(file))[0]
        except NoFaceFound:
            continue
        eyes.append([*face.left_eye, *face.right_eye])
    print(f"{len(files)} frames, a face in {len(eyes) / len(files):.1%}")
    print("                    left x   left y  right x  right y")
    for name, statistic in (("mean", np.mean), ("median", np.median), ("standard deviation", np.std)):
        print(f"{name:18}", *(f"{value:8.2f}" for value in statistic(eyes, axis=0)))


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
