import torch

from vae_models import Autoencoder, ModelConfig
from vae_models.traversal import ends, traverse


def fitted(covariance: torch.Tensor) -> Autoencoder:
    model = Autoencoder(ModelConfig(width=2, latent_dim=len(covariance))).eval()
    model.fit_prior(torch.tensor([1.0, -2.0]), covariance)
    return model


def test_the_ends_lie_three_deviations_of_the_aggregate_from_its_mean() -> None:
    """The deviation is the covariance's diagonal, not its Cholesky factor's."""
    model = fitted(torch.tensor([[4.0, 1.8], [1.8, 1.0]], dtype=torch.float64))
    torch.testing.assert_close(ends(model), torch.tensor([[-5.0, 7.0], [-5.0, 1.0]]))


def test_codes_that_never_change_are_moved_by_three() -> None:
    model = fitted(torch.diag(torch.tensor([4.0, 1e-8], dtype=torch.float64)))
    torch.testing.assert_close(ends(model)[1], torch.tensor([-5.0, 1.0]))


def test_a_traversal_decodes_the_code_with_one_number_changed() -> None:
    model = fitted(torch.eye(2, dtype=torch.float64))
    code = torch.tensor([0.3, 0.7])
    pictures = traverse(model, code, 1, 2.0, -1.0, 4)
    expected = model.decode(torch.tensor([[0.3, 2.0], [0.3, 1.0], [0.3, 0.0], [0.3, -1.0]]))
    torch.testing.assert_close(pictures.clone(), expected.detach())
    assert code.tolist() == torch.tensor([0.3, 0.7]).tolist()
