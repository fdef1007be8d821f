import pytest
import torch
from torch import Generator, Tensor

from metrics.pca import principal_components


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=Generator().manual_seed(seed))


def test_directions_are_eigenvectors_of_the_covariance() -> None:
    x = draw(60, 5).double() * torch.tensor([5.0, 3, 2, 1, 0.5]) + 2
    components = principal_components(x, 3)
    values, vectors = torch.linalg.eigh(torch.cov(x.T))
    cosines = (components.directions * vectors.flip(1)[:, :3]).sum(dim=0).abs()
    assert cosines.tolist() == pytest.approx([1, 1, 1])
    assert components.share == pytest.approx((values.flip(0)[:3].sum() / values.sum()).item())
    assert torch.cov(components.coordinates(x).T).diagonal().tolist() == pytest.approx(values.flip(0)[:3].tolist())


def test_coordinates_are_centred_uncorrelated_and_keep_distances() -> None:
    x = (draw(40, 3) @ draw(3, 48, seed=1)).view(40, 3, 4, 4) + 0.5
    components = principal_components(x, 3)
    z = components.coordinates(x)
    assert z.mean(dim=0).abs().max() < 1e-4
    covariance = torch.cov(z.T)
    assert (covariance - torch.diag(covariance.diagonal())).abs().max() < 1e-4 * covariance.max()
    assert torch.allclose(torch.cdist(z, z), torch.cdist(x.flatten(1).double(), x.flatten(1).double()), atol=1e-3)
    assert components.share == pytest.approx(1, abs=1e-5)
    assert torch.allclose(components.directions.T @ components.directions, torch.eye(3), atol=1e-5)


def test_too_many_components_are_refused() -> None:
    with pytest.raises(ValueError, match="one picture more"):
        principal_components(draw(4, 9), 4)
    with pytest.raises(ValueError, match="fewer than 4 directions"):
        principal_components(draw(30, 2) @ draw(2, 9, seed=1), 4)
