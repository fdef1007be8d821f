import pytest
import torch
from torch import Tensor

from faces.image import to_array, to_picture
from metrics.reconstruction import mse, psnr, ssim
from server.analysis.scoring import add_noise, describe_code, reconstruct, reconstruct_all, table
from server.picture_input import to_batch
from tests.conftest import draw_face, report_models
from vae_models.distributions import DiagonalGaussian
from vae_models.hub.pull import Pulled


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


@pytest.fixture(scope="module")
def face() -> Tensor:
    return to_batch(to_array(draw_face(4)))


def test_the_table_has_the_scores_of_every_model(models: tuple[Pulled, ...], face: Tensor) -> None:
    rows = table(reconstruct_all(models, face, face))
    assert [row["model"] for row in rows] == [pulled.name for pulled in models]
    for row, pulled in zip(rows, models, strict=True):
        with torch.no_grad():
            posterior = pulled.model.encode(face)
            again = pulled.model.decode(posterior.mean)
        for name, metric in (("mse", mse), ("psnr", psnr), ("ssim", ssim)):
            assert row[name] == pytest.approx(metric(face, again).item(), rel=1e-4)
        assert row["squared_error"] == pytest.approx(row["mse"] * face.numel(), rel=1e-5)
        if isinstance(posterior, DiagonalGaussian):
            assert row["kl"] == pytest.approx(posterior.kl().sum().item(), rel=1e-4)
            assert row["active_dimensions"] == int((posterior.kl() > 0.1).sum())
        else:
            assert row["kl"] is row["active_dimensions"] is row["beta"] is None


def test_the_codes_decode_to_the_reconstructions(models: tuple[Pulled, ...], face: Tensor) -> None:
    found = reconstruct_all(models, face, face)
    codes = {each.pulled.name: describe_code(each.posterior) for each in found}
    assert codes["ae"]["logvar"] is None
    for each in found:
        with torch.no_grad():
            again = each.pulled.model.decode(torch.tensor([codes[each.pulled.name]["mean"]]))
        torch.testing.assert_close(again, each.picture.clone(), atol=1e-5, rtol=0)


def test_noise_reaches_the_model_and_scores_compare_with_the_clean_face(
    models: tuple[Pulled, ...], face: Tensor
) -> None:
    clean, noisy = (reconstruct(models[1], face, add_noise(face, noise)).scores.mse for noise in (0.0, 0.3))
    assert clean < noisy
    assert noisy < mse(face, add_noise(face, 0.3)).item()  # the code has no room for noise


def test_noise_of_no_strength_changes_nothing_and_pictures_stay_pictures(face: Tensor) -> None:
    assert torch.equal(add_noise(face, 0), face)
    noisy = add_noise(face, 0.5)
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert torch.equal(noisy, add_noise(face, 0.5))
    assert to_picture(noisy[0]).size == (64, 64)
