"""`Autoencoder.from_pretrained` loads models from folders and from the Hub."""

from pathlib import Path

import pytest
import torch
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

from tests.fake_hub.repositories import Blob
from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import write_model
from vae_models import Autoencoder, ModelConfig


@pytest.fixture
def repository(hub: Hub, tmp_path: Path) -> str:
    """Return the repository of a VAE."""
    write_model(tmp_path / "vae", "vae", seed=7)
    hub.add("lab/vae-celeba64", tmp_path / "vae")
    return "lab/vae-celeba64"


@torch.no_grad()
def test_a_model_of_the_hub_has_the_saved_weights(hub: Hub, repository: str, tmp_path: Path) -> None:
    first = hub.repository(repository).head.oid
    write_model(tmp_path / "newer", "vae", seed=8)
    hub.add(repository, tmp_path / "newer")
    z = torch.randn(3, 2, generator=torch.Generator().manual_seed(0))
    for revision, folder in ((None, "newer"), (first, "vae")):
        model = Autoencoder.from_pretrained(repository, revision=revision)
        assert not model.training
        assert torch.equal(model.decode(z), Autoencoder.from_pretrained(tmp_path / folder).decode(z))
    assert Autoencoder.from_pretrained(repository, local_files_only=True, revision=first).config.width == 2


def test_config_fields_of_a_newer_version_are_refused(hub: Hub, repository: str, tmp_path: Path) -> None:
    newer = b'{"width": 2, "latent_dim": 2, "depth": 9, "skips": true}'
    hub.put(hub.repository(repository), {"config.json": Blob(newer)})
    (tmp_path / "vae" / "config.json").write_bytes(newer)
    for source in (repository, tmp_path / "vae"):
        with pytest.raises(ValueError, match="newer version, which knows depth, skips: update"):
            Autoencoder.from_pretrained(source)


def test_missing_config_fields_have_their_defaults(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"width": 32}')
    assert ModelConfig.read(tmp_path / "config.json") == ModelConfig(width=32)


def test_another_config_than_the_saved_one_is_refused(repository: str) -> None:
    saved = ModelConfig(width=2, latent_dim=2)
    assert Autoencoder.from_pretrained(repository, config=saved).config == saved
    with pytest.raises(ValueError, match="leave config= out"):
        Autoencoder.from_pretrained(repository, config=ModelConfig())


def test_errors_of_the_hub_arrive_unchanged(hub: Hub, repository: str, tmp_path: Path) -> None:
    hub.add("others/closed", tmp_path / "vae", gated=True)
    with pytest.raises(GatedRepoError):
        Autoencoder.from_pretrained("others/closed")
    with pytest.raises(RepositoryNotFoundError):
        Autoencoder.from_pretrained("lab/nothing")
    with pytest.raises(RevisionNotFoundError):
        Autoencoder.from_pretrained(repository, revision="nothing")
    pickled = hub.repository(repository)
    pickled.commit(
        "main", {"config.json": pickled.head.files["config.json"], "pytorch_model.bin": Blob(b"")}, "A pickle"
    )
    with pytest.raises(FileNotFoundError, match=r"has no model\.safetensors; only safetensors are loaded"):
        Autoencoder.from_pretrained(repository)
    pickled.commit("main", {"model.safetensors": Blob(b"")}, "No config")
    with pytest.raises(FileNotFoundError, match=r"has no config\.json, so it is no model of ours"):
        Autoencoder.from_pretrained(repository)
