"""The crops of a picture, as data: command lines offer them without importing Pillow or torch."""

from typing import Literal

CELEBA_FRAME = (178, 218)  # width and height of CelebA's aligned pictures
CELEBA_BOX = (30, 50, 148, 168)  # left, top, right, bottom of the report's crop in that frame

# celeba: CELEBA_BOX of a 178 x 218 frame; centre: the largest square in the middle
Crop = Literal["celeba", "centre"]
