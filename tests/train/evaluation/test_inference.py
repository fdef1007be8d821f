import math
from pathlib import Path

import pytest
import torch

from train.data import cache
from train.data.cache import CachedImages
from train.data.load import find_files
from train.data.options import DataOptions
from train.errors import UserError
from train.evaluation import inference
from train.evaluation.inference import Codes, encode, prior_moments, score
from vae_models import Autoencoder, ModelConfig, Objective


@pytest.fixture
def faces(faces_folder: Path, faces_cache: Path) -> CachedImages:
    return cache.load(find_files(faces_folder, "all", DataOptions()), faces_cache)


@pytest.fixture
def model() -> Autoencoder:
    """Build a model whose decoder depends on its code: small weights would decode every code to grey."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=4)).eval()
    with torch.no_grad():
        next(model.decoder.parameters()).mul_(100)
    return model


def test_the_noise_of_an_image_does_not_depend_on_the_batches(
    model: Autoencoder, faces: CachedImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, other = (score(model, faces, Objective(), seed).distortion for seed in (0, 1))
    assert (other / whole - 1).abs().max() > 5e-4
    monkeypatch.setattr(inference, "BATCH", 7)
    torch.testing.assert_close(score(model, faces, Objective()).distortion, whole, rtol=1e-5, atol=0)


def test_scores_come_with_the_codes_that_encoding_gives(model: Autoencoder, faces: CachedImages) -> None:
    codes = encode(model, faces)
    for scored, encoded in zip(score(model, faces, Objective()).codes, codes, strict=True):
        assert scored is not None
        assert encoded is not None
        assert torch.equal(scored, encoded)


def test_a_sample_is_of_its_posterior_and_a_point_code_is_itself() -> None:
    mean = torch.arange(20_000.0, dtype=torch.float64)[:, None].expand(-1, 2)
    codes = Codes(mean, torch.tensor([0.0, -2.0], dtype=torch.float64).expand_as(mean))
    noise = codes.sample() - mean
    torch.testing.assert_close(noise.mean(dim=0), torch.zeros(2).double(), atol=0.03, rtol=0)
    torch.testing.assert_close(noise.std(dim=0), torch.tensor([1.0, math.exp(-1)]).double(), atol=0.02, rtol=0)
    assert torch.equal(codes.sample(), codes.sample())
    assert torch.equal(Codes(mean, None).sample(), mean)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_codes_that_are_no_numbers_are_refused(model: Autoencoder, faces: CachedImages, value: float) -> None:
    with torch.no_grad():
        model.encoder.mean.bias[0] = value
    with pytest.raises(UserError, match="NaN or infinity"):
        encode(model, faces)


def test_scores_that_are_no_numbers_are_refused(model: Autoencoder, faces: CachedImages) -> None:
    with torch.no_grad():
        next(model.decoder.parameters()).fill_(math.nan)
    with pytest.raises(UserError, match="NaN or infinity"):
        score(model, faces, Objective())


def test_the_prior_has_the_moments_of_codes_sampled_from_the_posteriors() -> None:
    generator = torch.Generator().manual_seed(0)
    mixing = torch.tensor([[1.0, 0.5], [0.0, 0.3]], dtype=torch.float64)
    mean = torch.randn(400, 2, generator=generator, dtype=torch.float64) @ mixing + 2
    logvar = torch.randn(400, 2, generator=generator, dtype=torch.float64) - 1
    noise = torch.randn(2000, 400, 2, generator=generator, dtype=torch.float64)
    z = (mean + (0.5 * logvar).exp() * noise).flatten(0, 1)
    centre, covariance = prior_moments(Codes(mean, logvar))
    torch.testing.assert_close(centre, z.mean(dim=0), atol=0.01, rtol=0)
    torch.testing.assert_close(covariance, torch.cov(z.T), atol=0.01, rtol=0)


def test_point_codes_with_an_inactive_dimension_have_a_prior_to_sample() -> None:
    mean = torch.randn(50, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean[:, 1] = 4.0
    centre, covariance = prior_moments(Codes(mean, None))
    torch.testing.assert_close(covariance, torch.cov(mean.T, correction=0), atol=1e-5, rtol=0)
    scale = torch.linalg.cholesky(covariance)
    assert scale[1, 1] < 1e-2
    torch.testing.assert_close(centre[1].item(), 4.0)
