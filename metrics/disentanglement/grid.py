"""Codes of every combination of factor values, so that to draw pictures with chosen factors is to index."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from metrics.disentanglement.information import standardised


class Grid(NamedTuple):
    """Standardised codes by factor values, the last factor changing fastest."""

    codes: Tensor  # (N, D) float64, N the product of the sizes
    sizes: tuple[int, ...]  # values of each of F factors

    def at(self, values: Tensor) -> Tensor:
        """Codes (..., D) of factor values (..., F)."""
        strides = torch.tensor([math.prod(self.sizes[k + 1 :]) for k in range(len(self.sizes))])
        return self.codes[(values * strides).sum(dim=-1)]

    def draw_fixed(self, points: int, groups: int, members: int, generator: Generator) -> tuple[Tensor, Tensor]:
        """For each of P points a factor (P,), and G groups of M codes of random factor values (P, G, M, D), of which
        those of one group agree in that factor.
        """
        shape = (points, groups, members, len(self.sizes))
        values = (torch.rand(shape, generator=generator) * torch.tensor(self.sizes)).long()
        fixed = torch.randint(len(self.sizes), (points,), generator=generator)
        column = fixed[:, None, None, None].expand(*shape[:3], 1)
        agreed = values.gather(3, column)[:, :, :1].expand(*shape[:3], 1)
        return fixed, self.at(values.scatter(3, column, agreed))


def full_grid(codes: Tensor, factors: Tensor) -> Grid:
    """The grid of codes (N, D) whose factor values (N, F) are every combination once, in any order.

    Raises ValueError where one is missing or comes twice.
    """
    columns = [torch.unique(column, return_inverse=True) for column in factors.unbind(dim=1)]
    sizes = tuple(len(values) for values, _ in columns)
    place = torch.zeros(len(codes), dtype=torch.int64)
    for size, (_, column) in zip(sizes, columns, strict=True):
        place = place * size + column
    if math.prod(sizes) != len(codes) or place.bincount().ne(1).any():
        combinations = " x ".join(map(str, sizes))
        raise ValueError(f"{len(codes)} pictures are not the {combinations} combinations of factor values, each once")
    return Grid(standardised(codes)[place.argsort()], sizes)
