"""Where the eyes lie in CelebA's 178 x 218 frames, as the app's own detector sees them: `faces.align.CELEBA_EYES`.

    python -m benchmarks.eye_positions --data FOLDER

FOLDER has CelebA's aligned pictures themselves. The detector's boxes lie about an eye, not on its pupil; as the same
detector looks at a visitor's picture, what it is off by cancels. The medians are used: a few frames hold a second face.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from faces.align import NoFaceFound, find_faces
from faces.image import read_picture


@dataclass(frozen=True)
class Options:
    """What is measured."""

    data: Path
    """Folder of 178 x 218 frames."""
    limit: int = 1000
    """Frames at most, taken evenly."""


def main(options: Options) -> None:
    """Measure and print."""
    files = sorted(options.data.glob("*.jpg"))
    files = files[:: max(1, len(files) // options.limit)][: options.limit]
    found, eyes = 0, []
    for file in files:
        try:
            face = find_faces(read_picture(file))[0]
        except NoFaceFound:
            continue
        found += 1
        if face.eyes_seen:
            eyes.append([*face.left_eye, *face.right_eye])
    print(f"frames {len(files)}, a face in {found / len(files):.1%}, both eyes seen in {len(eyes) / len(files):.1%}")
    print("                    left x   left y  right x  right y")
    for name, of in (("mean", np.mean), ("median", np.median), ("standard deviation", np.std)):
        print(f"{name:18}", *(f"{value:8.2f}" for value in of(eyes, axis=0)))


if __name__ == "__main__":
    main(tyro.cli(Options))
