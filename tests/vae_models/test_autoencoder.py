import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from vae_models import Autoencoder, ModelConfig
from vae_models.autoencoder import draw_noise
from vae_models.files.names import WEIGHTS

SMALL = ModelConfig(width=4, latent_dim=6)


def build_model(config: ModelConfig = SMALL) -> Autoencoder:
    """Build a model whose BatchNorm statistics and prior are not the initial ones."""
    torch.manual_seed(0)
    model = Autoencoder(config)
    with torch.no_grad():
        for _ in range(3):
            model(torch.rand(8, 3, 64, 64))
        half = torch.randn(config.latent_dim, config.latent_dim, dtype=torch.float64)
        model.fit_prior(torch.randn(config.latent_dim), half @ half.T + 0.1 * torch.eye(config.latent_dim))
    return model.eval()


def test_the_reports_and_the_bundled_network_have_their_known_sizes() -> None:
    def millions(width: int) -> float:
        return sum(p.numel() for p in Autoencoder(ModelConfig(width=width)).parameters()) / 1e6

    assert millions(64) == pytest.approx(6.35, abs=0.005)
    assert millions(32) == pytest.approx(1.66, abs=0.005)


@pytest.mark.parametrize("stochastic", [True, False])
def test_save_and_load_is_exact(tmp_path: Path, stochastic: bool) -> None:
    model = build_model(ModelConfig(width=4, latent_dim=6, stochastic=stochastic))
    model.save_pretrained(tmp_path)
    loaded = Autoencoder.from_pretrained(tmp_path)
    assert loaded.config == model.config
    assert not loaded.training
    for (name, ours), (_, theirs) in zip(model.state_dict().items(), loaded.state_dict().items(), strict=True):
        assert torch.equal(ours, theirs), name
    x = torch.rand(2, 3, 64, 64)
    assert torch.equal(model.reconstruct(x), loaded.reconstruct(x))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_stored_in_half_precision_load_into_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    model = build_model()
    model.save_pretrained(tmp_path)
    kernels = {name for name, p in model.named_parameters() if p.dim() > 1}
    stored = {k: v.to(dtype) if k in kernels else v for k, v in model.state_dict().items()}
    save_file(stored, tmp_path / WEIGHTS)
    loaded = Autoencoder.from_pretrained(tmp_path)
    for name, value in loaded.state_dict().items():
        assert torch.equal(value, stored[name].to(value.dtype)), name
        assert value.dtype in (torch.float32, torch.int64)


def test_rounded_kernels_are_stored_in_float16_without_loss(tmp_path: Path) -> None:
    model = build_model()
    model.save_pretrained(tmp_path / "full")
    model.round_kernels(torch.float16)
    model.save_pretrained(tmp_path / "half")
    stored = load_file(tmp_path / "half" / WEIGHTS)
    assert stored["encoder.trunk.0.weight"].dtype == torch.float16
    assert stored["prior_scale"].dtype == stored["encoder.trunk.1.running_var"].dtype == torch.float32
    loaded = Autoencoder.from_pretrained(tmp_path / "half")
    for name, value in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value), name
    assert load_file(tmp_path / "full" / WEIGHTS)["encoder.trunk.0.weight"].dtype == torch.float32
    for folder, dtype in (("full", "float32"), ("half", "float16")):
        with safe_open(tmp_path / folder / WEIGHTS, "pt") as file:
            assert file.metadata() == {"format": "pt", "kernels": dtype}


def test_a_model_with_missing_weights_is_refused(tmp_path: Path) -> None:
    model = build_model()
    model.save_pretrained(tmp_path)
    state = model.state_dict()
    del state["decoder.layers.1.weight"]
    save_file(state, tmp_path / WEIGHTS)
    with pytest.raises(RuntimeError, match=r"decoder\.layers\.1\.weight"):
        Autoencoder.from_pretrained(tmp_path)


def test_only_strict_loading_of_safetensors_with_config_is_allowed(tmp_path: Path) -> None:
    model = build_model()
    model.save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="strict=False"):
        Autoencoder.from_pretrained(tmp_path, strict=False)
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    (tmp_path / WEIGHTS).unlink()
    with pytest.raises(FileNotFoundError, match="only safetensors"):
        Autoencoder.from_pretrained(tmp_path)
    (tmp_path / "config.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"no config\.json"):
        Autoencoder.from_pretrained(tmp_path)


def test_config_json_holds_the_config_alone(tmp_path: Path) -> None:
    build_model().save_pretrained(tmp_path)
    assert ModelConfig(**json.loads((tmp_path / "config.json").read_text())) == SMALL


@torch.no_grad()
def test_sampling_is_reproducible_and_a_prefix_of_larger_samples() -> None:
    model = build_model()
    nine = model.sample(9, generator=torch.Generator().manual_seed(5))
    assert torch.equal(nine, model.sample(9, generator=torch.Generator().manual_seed(5)))
    four = model.sample(4, generator=torch.Generator().manual_seed(5))
    torch.testing.assert_close(nine[:4], four, atol=1e-5, rtol=0)
    assert not torch.equal(nine, model.sample(9, generator=torch.Generator().manual_seed(6)))


@torch.no_grad()
def test_decoding_does_not_depend_on_the_batch() -> None:
    model = build_model(ModelConfig(width=32))
    noise = draw_noise(16, 32, torch.Generator().manual_seed(0))
    batch = model.decode(noise)
    alone = torch.cat([model.decode(row[None]) for row in noise])
    torch.testing.assert_close(alone, batch, atol=1e-5, rtol=0)


def test_the_same_weights_are_saved_as_the_same_bytes(tmp_path: Path) -> None:
    model = Autoencoder(ModelConfig(width=4, latent_dim=4))
    for copy in range(8):  # safetensors itself orders metadata at random
        model.save_pretrained(tmp_path / str(copy))
    assert len({(tmp_path / str(copy) / WEIGHTS).read_bytes() for copy in range(8)}) == 1


def test_weights_that_were_loaded_stay_when_the_file_is_written_anew(tmp_path: Path) -> None:
    model = Autoencoder(ModelConfig(width=4, latent_dim=4))
    model.save_pretrained(tmp_path)
    loaded = load_file(tmp_path / WEIGHTS)["encoder.mean.weight"]  # mapped from the file
    before = loaded.clone()
    with torch.no_grad():
        model.encoder.mean.weight.add_(1)
    model.save_pretrained(tmp_path)
    assert torch.equal(loaded, before)


def test_the_fitted_prior_has_its_mean_and_covariance() -> None:
    model = Autoencoder(ModelConfig(width=2, latent_dim=2))
    mean = torch.tensor([1.0, -2.0])
    covariance = torch.tensor([[2.0, 0.6], [0.6, 0.5]], dtype=torch.float64)
    model.fit_prior(mean, covariance)
    noise = torch.randn(200_000, 2, generator=torch.Generator().manual_seed(0))
    z = model.latents(noise, prior="fitted")
    torch.testing.assert_close(z.mean(dim=0), mean, atol=0.02, rtol=0)
    torch.testing.assert_close(torch.cov(z.T).double(), covariance, atol=0.03, rtol=0)
    assert model.latents(noise, prior="standard") is noise


def test_images_lie_in_0_to_1_and_reconstructions_decode_means() -> None:
    model = build_model()
    x = torch.rand(3, 3, 64, 64)
    out = model(x)
    assert out.reconstruction.shape == x.shape
    assert 0 <= out.reconstruction.min() <= out.reconstruction.max() <= 1
    torch.testing.assert_close(out.reconstruction, torch.sigmoid(out.logits))
    torch.testing.assert_close(model.reconstruct(x), model.decode(model.encode(x).mean))


def test_codes_stay_float32_under_mixed_precision() -> None:
    model = build_model()
    with torch.autocast("cpu", torch.bfloat16):
        out = model(torch.rand(2, 3, 64, 64))
    assert {out.posterior.mean.dtype, out.posterior.logvar.dtype, out.z.dtype, out.reconstruction.dtype} == {
        torch.float32
    }


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"image_size": 128}, "64 pixels"),
        ({"width": 0}, "width"),
        ({"width": 5}, "even"),
        ({"latent_dim": 0}, "latent"),
    ],
)
def test_impossible_networks_are_refused(wrong: dict[str, int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(ModelConfig(), **wrong)  # type: ignore[arg-type]


def test_zero_samples_and_unknown_priors_are_refused() -> None:
    model = build_model()
    with pytest.raises(ValueError, match="at least one"):
        model.sample(0, generator=torch.Generator())
    with pytest.raises(ValueError, match="'standard' or 'fitted'"):
        model.latents(torch.zeros(1, 6), prior="uniform")  # type: ignore[arg-type]
