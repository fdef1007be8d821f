"""A picture and its halves, each made once, so that no part of a large picture is shrunk twice."""

import math

from PIL import Image

from faces.similarity import Similarity, warp


class Pyramid:
    """An RGB picture, shrunk by powers of two. The last row and column of an odd side are halved alone."""

    def __init__(self, picture: Image.Image) -> None:
        self.size = picture.size
        self._levels = [picture]

    def level(self, scale: float) -> tuple[Image.Image, int]:
        """Return the smallest picture that is `scale` or less times smaller, and how many times: a power of two."""
        wanted = max(0, math.floor(math.log2(scale))) if scale > 0 else 0
        while len(self._levels) <= wanted and max(self._levels[-1].size) > 1:
            self._levels.append(self._levels[-1].reduce(2))
        power = min(wanted, len(self._levels) - 1)
        return self._levels[power], 2**power

    def resize(self, longer: int) -> Image.Image:
        """Return the picture with a longer side of `longer` pixels."""
        scale = max(self.size) / longer
        level, factor = self.level(scale)
        width, height = (max(1, round(side / scale)) for side in self.size)
        box = (0, 0, self.size[0] / factor, self.size[1] / factor)
        return level.resize((width, height), Image.Resampling.BICUBIC, box=box)

    def warp(self, onto: Similarity, size: tuple[int, int]) -> Image.Image:
        """Return `faces.similarity.warp` of the picture, by way of a smaller one."""
        level, factor = self.level(abs(onto.turn))
        return warp(level, Similarity(onto.turn / factor, onto.shift / factor), size)
