"""The command site: what it writes, and one sentence for each mistake."""

import shutil
from pathlib import Path

import pytest

from tests.fake_hub.server import Hub
from train.commands.publish import SiteConfig
from train.errors import UserError
from train.site.folder import MARK
from vae_models.hub.pull import BUNDLED_FOLDER

VAE = BUNDLED_FOLDER / "vae"


def test_a_site_shows_the_models_of_several_folders(tmp_path: Path) -> None:
    line = SiteConfig(tmp_path / "site", (str(VAE), str(BUNDLED_FOLDER / "ae"))).run()
    assert line.startswith(f"{tmp_path / 'site'} has the site: ")
    assert line.endswith(f"python -m http.server --directory {tmp_path / 'site'} shows it")
    models = {path.name for path in (tmp_path / "site" / "models").iterdir() if path.is_dir()}
    assert models == {"ae", "vae"}


def test_a_site_shows_the_models_of_a_namespace(hub: Hub, tmp_path: Path) -> None:
    hub.add("lab/vae-celeba64", VAE)
    SiteConfig(tmp_path / "site", ("hub:lab",)).run()
    assert (tmp_path / "site" / "models" / "vae" / "encoder.onnx").read_bytes() == (VAE / "encoder.onnx").read_bytes()


def test_bundled_models_never_stand_in_for_those_of_a_namespace(hub: Hub, tmp_path: Path) -> None:
    hub.add("lab/vae-celeba64", VAE)
    del hub.repository("lab/vae-celeba64").head.files["config.json"]
    with pytest.raises(UserError, match=r"vae from the Hub.*repair or leave out this model, or try again later"):
        SiteConfig(tmp_path / "site", ("hub:lab",)).run()
    assert not (tmp_path / "site").exists()


def copy_without(tmp_path: Path, name: str) -> str:
    return str(shutil.copytree(VAE, tmp_path / "mine", ignore=shutil.ignore_patterns(name)))


def copy_of_the_vae(folder: Path) -> str:
    return str(shutil.copytree(VAE, folder / "vae"))


def test_each_mistake_is_one_sentence_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    site = tmp_path / "site"
    mistakes = {
        "There is no folder": SiteConfig(site, (str(tmp_path / "nothing"),)),
        "holds no finished model": SiteConfig(site, (str(tmp_path / "empty"),)),
        "names no models of the Hub: write hub:NAMESPACE": SiteConfig(site, ("hub:",)),
        "has no decoder.onnx, .* python -m train export .*/mine writes it": SiteConfig(
            site, (copy_without(tmp_path, "decoder.onnx"),)
        ),
        "is no address of a page: write https://HOST/": SiteConfig(site, address="example.org"),
        "is no address of a page: write .*/PATH/": SiteConfig(site, address="https://me:secret@example.org/faces/"),
        "Two folders are named vae: rename one": SiteConfig(site, (str(VAE), copy_of_the_vae(tmp_path / "again"))),
        "holds mine.txt, which is no part of a site": SiteConfig(tmp_path / "notes"),
    }
    for sentence, config in mistakes.items():
        with pytest.raises(UserError, match=sentence):
            config.run()
    assert not site.exists()
    assert not (tmp_path / "notes" / MARK).exists()
