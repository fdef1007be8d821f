"""One network for every beta: it is an ordinary model at each beta, and trains as one."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from vae_models import Autoencoder, Dial, DialConfig, ModelConfig
from vae_models.autoencoder import draw_noise
from vae_models.config import read_config
from vae_models.files.names import CONFIG, WEIGHTS
from vae_models.objectives.objective import VAE, PictureWeights, beta_vae

SMALL = DialConfig(width=4, latent_dim=6, features=8)
BETAS = (1.0, 1.3, 2.0, 5.0, 20.0, 50.0)


def build_dial(config: DialConfig = SMALL) -> Dial:
    """Build a network in which every knob and shift matters and BatchNorm has statistics."""
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    dial = Dial(config)
    with torch.no_grad():
        for knob in dial.knob_parameters():
            knob.copy_(0.3 * torch.randn(knob.shape, generator=generator))
        for parameter in dial.network_parameters():
            if parameter.dim() == 1:  # shifts and BatchNorm's scales, which begin as 0 and 1
                parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator))
        for _ in range(3):
            dial(torch.rand(8, 3, 64, 64), torch.linspace(1, 50, 8))
    return dial.eval()


def repeat(beta: float, count: int) -> Tensor:
    return torch.full((count,), beta)


@torch.no_grad()
@pytest.mark.parametrize("beta", BETAS)
def test_the_model_of_one_beta_computes_what_the_dial_does(beta: float) -> None:
    dial, x, z = build_dial(), torch.rand(5, 3, 64, 64), torch.randn(5, 6)
    model = dial.at(beta)
    assert type(model) is Autoencoder
    assert model.config == ModelConfig(width=4, latent_dim=6)
    for ours, folded in zip(dial.encode(x, repeat(beta, 5)), model.encode(x), strict=True):
        largest = ours.abs().max().clamp(min=1).item()
        torch.testing.assert_close(folded, ours, atol=1e-6 * largest, rtol=0)
    torch.testing.assert_close(model.decode(z), dial.decode(z, repeat(beta, 5)), atol=1e-6, rtol=0)


@torch.no_grad()
def test_every_knob_changes_what_the_model_computes() -> None:
    dial, x = build_dial(), torch.rand(1, 3, 64, 64)

    def outputs() -> tuple[Tensor, ...]:
        model = dial.at(5)
        posterior = model.encode(x)
        return (*posterior, model.decode(posterior.mean))

    before = outputs()
    for knob in dial.knob_parameters():
        saved = knob.clone()
        knob.add_(0.5)
        assert any(not torch.equal(a, b) for a, b in zip(before, outputs(), strict=True))
        knob.copy_(saved)


def gradients(dial: Dial, beta: float, dtype: torch.dtype) -> tuple[list[Tensor], list[Tensor]]:
    """Return the gradients of all kernels of the convolutions: of the dial, and of its model of one beta."""
    dial = dial.to(dtype).train()
    model, x, betas = dial.at(beta).train(), torch.rand(8, 3, 64, 64, dtype=dtype), repeat(beta, 8).to(dtype)
    out = dial(x, betas, torch.Generator().manual_seed(1))
    VAE(VAE.terms(x, out), PictureWeights(torch.ones(8), kl=betas)).backward()
    out, objective = model(x, torch.Generator().manual_seed(1)), beta_vae(beta)
    objective(objective.terms(x, out)).backward()
    both = zip(dial.autoencoder.parameters(), model.parameters(), strict=True)
    pairs = [(ours.grad, theirs.grad) for ours, theirs in both if ours.dim() == 4]
    assert len(pairs) == 13
    return [ours for ours, _ in pairs if ours is not None], [theirs for _, theirs in pairs if theirs is not None]


@pytest.mark.parametrize("beta", [1.0, 5.0, 50.0])
def test_a_batch_at_one_beta_trains_the_kernels_as_a_beta_vae(beta: float) -> None:
    ours, theirs = gradients(build_dial(), beta, torch.float64)
    for a, b in zip(ours, theirs, strict=True):
        assert ((a - b).norm() / b.norm()).item() < 1e-12


@pytest.mark.parametrize("beta", [1.0, 5.0, 50.0])
def test_single_precision_trains_the_kernels_as_a_beta_vae(beta: float) -> None:
    dial = build_dial()
    for layer in dial.modules():
        if isinstance(layer, nn.LeakyReLU):
            layer.negative_slope = 1.0  # else rounding changes the slope of values near 0
    ours, theirs = gradients(dial, beta, torch.float32)
    for a, b in zip(ours, theirs, strict=True):
        assert ((a - b).norm() / b.norm()).item() < 1e-5


@torch.no_grad()
def test_a_picture_does_not_feel_the_betas_of_the_others() -> None:
    dial, x, betas = build_dial(), torch.rand(6, 3, 64, 64), torch.tensor(BETAS)
    together = dial.encode(x, betas)
    pictures = dial.decode(together.mean, betas)
    for row, beta in enumerate(BETAS):
        alone = dial.at(beta)
        torch.testing.assert_close(alone.encode(x[row : row + 1]).mean, together.mean[row : row + 1], atol=1e-5, rtol=0)
        torch.testing.assert_close(alone.reconstruct(x[row : row + 1])[0], pictures[row], atol=1e-5, rtol=0)


@torch.no_grad()
def test_the_heads_are_the_plain_ones_at_beta_one() -> None:
    dial = build_dial()
    heads, plain = dial.at(1).encoder, dial.autoencoder.encoder
    assert torch.equal(heads.mean.weight, plain.mean.weight)
    assert torch.equal(heads.mean.bias, plain.mean.bias)
    assert not torch.equal(dial.at(1.1).encoder.mean.weight, plain.mean.weight)


def test_the_untrained_network_is_the_untrained_vae_of_its_seed() -> None:
    torch.manual_seed(3)
    vae = Autoencoder(ModelConfig(width=4, latent_dim=6))
    torch.manual_seed(3)
    dial = Dial(SMALL)
    for ours, theirs in zip(dial.network_parameters(), vae.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_knobs_and_network_are_all_parameters_and_the_knobs_are_few() -> None:
    dial = Dial(DialConfig(width=32))
    network, knobs = (
        {id(parameter): parameter.numel() for parameter in part}
        for part in (dial.network_parameters(), dial.knob_parameters())
    )
    assert network.keys() | knobs.keys() == {id(parameter) for parameter in dial.parameters()}
    assert not network.keys() & knobs.keys()
    assert sum(knobs.values()) < 0.015 * sum(network.values())


@torch.no_grad()
def test_a_change_of_the_model_of_one_beta_leaves_the_dial_alone() -> None:
    dial = build_dial()
    before = {name: value.clone() for name, value in dial.state_dict().items()}
    for parameter in dial.at(5).parameters():
        parameter.zero_()
    assert all(torch.equal(value, before[name]) for name, value in dial.state_dict().items())


@pytest.mark.parametrize("beta", [0.0, 0.99, 50.1, float("nan"), float("inf")])
def test_a_beta_that_the_dial_does_not_reach_is_refused(beta: float) -> None:
    with pytest.raises(ValueError, match="this dial goes from 1 to 50"):
        Dial(SMALL).at(beta)


@pytest.mark.parametrize("changes", [{"stochastic": False}, {"highest_beta": 1.0}, {"features": 0}])
def test_an_impossible_dial_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        DialConfig(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("half", [False, True])
def test_save_and_load_of_a_dial_is_exact(tmp_path: Path, half: bool) -> None:
    dial = build_dial()
    if half:
        dial.round_kernels(torch.float16)
    dial.save_pretrained(tmp_path)
    stored = load_file(tmp_path / WEIGHTS)
    assert stored["autoencoder.encoder.trunk.0.weight"].dtype == (torch.float16 if half else torch.float32)
    assert stored["encoder_gates.0.slope"].dtype == torch.float32
    loaded = Dial.from_pretrained(tmp_path)
    assert loaded.config == dial.config == read_config(tmp_path / CONFIG)
    assert not loaded.training
    for (name, ours), (_, theirs) in zip(dial.state_dict().items(), loaded.state_dict().items(), strict=True):
        assert torch.equal(ours, theirs), name


def test_each_class_refuses_the_folder_of_the_other_in_a_sentence(tmp_path: Path) -> None:
    Dial(SMALL).save_pretrained(tmp_path / "dial")
    Autoencoder(ModelConfig(width=4, latent_dim=6)).save_pretrained(tmp_path / "vae")
    with pytest.raises(ValueError, match=r"one network for every beta: load it with Dial\.from_pretrained"):
        Autoencoder.from_pretrained(tmp_path / "dial")
    with pytest.raises(ValueError, match=r"ordinary model: load it with Autoencoder\.from_pretrained"):
        Dial.from_pretrained(tmp_path / "vae")
    assert type(read_config(tmp_path / "vae" / CONFIG)) is ModelConfig


def test_the_configuration_of_a_dial_has_fields_that_earlier_versions_refuse(tmp_path: Path) -> None:
    Dial(SMALL).save_pretrained(tmp_path)
    fields = json.loads((tmp_path / CONFIG).read_text()).keys()
    assert fields - vars(ModelConfig()).keys() == {"highest_beta", "features"}


@torch.no_grad()
def test_the_model_of_one_beta_is_saved_and_samples_like_any_other(tmp_path: Path) -> None:
    model = build_dial().at(5)
    model.save_pretrained(tmp_path)
    noise = draw_noise(3, 6, torch.Generator().manual_seed(0))
    assert torch.equal(Autoencoder.from_pretrained(tmp_path).decode(noise), model.decode(noise))
    assert torch.equal(model.latents(noise, prior="fitted"), noise)
