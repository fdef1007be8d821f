"""Codes of every combination of factor values: drawing images with chosen factors is indexing."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from metrics.disentanglement.information import standardise


class Grid(NamedTuple):
    """Standardised codes by factor values. The last factor changes fastest."""

    codes: Tensor  # (N, D) float64, N the product of the sizes
    sizes: tuple[int, ...]  # number of values of each of F factors

    def at(self, values: Tensor) -> Tensor:
        """Look up the codes (..., D) of factor values (..., F)."""
        strides = torch.tensor([math.prod(self.sizes[k + 1 :]) for k in range(len(self.sizes))])
        return self.codes[(values * strides).sum(dim=-1)]

    def draw_fixed(self, points: int, groups: int, members: int, generator: Generator) -> tuple[Tensor, Tensor]:
        """Draw P points: a factor, and G groups of M codes whose images agree in that factor within each group.

        All other factor values are random.

        Returns:
            Factors (P,) and codes (P, G, M, D).
        """
        shape = (points, groups, members, len(self.sizes))
        values = (torch.rand(shape, generator=generator) * torch.tensor(self.sizes)).long()
        fixed = torch.randint(len(self.sizes), (points,), generator=generator)
        column = fixed[:, None, None, None].expand(*shape[:3], 1)
        shared = values.gather(3, column)[:, :, :1].expand(*shape[:3], 1)
        return fixed, self.at(values.scatter(3, column, shared))


def full_grid(codes: Tensor, factors: Tensor) -> Grid:
    """Arrange codes as a grid.

    Args:
        codes: (N, D).
        factors: (N, F), every combination of values once, in any order.

    Raises:
        ValueError: if a combination is missing or occurs twice, or a code is NaN or infinite.
    """
    columns = [torch.unique(column, return_inverse=True) for column in factors.unbind(dim=1)]
    sizes = tuple(len(values) for values, _ in columns)
    index = torch.zeros(len(codes), dtype=torch.int64)
    for size, (_, column) in zip(sizes, columns, strict=True):
        index = index * size + column
    if math.prod(sizes) != len(codes) or index.bincount().ne(1).any():
        combinations = " x ".join(map(str, sizes))
        raise ValueError(f"{len(codes)} pictures are not the {combinations} combinations of factor values, each once")
    return Grid(standardise(codes)[index.argsort()], sizes)
