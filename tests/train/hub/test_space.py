"""`space` sends the app in one commit, and only if something has changed."""

from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from tests.fake_hub import faults
from tests.fake_hub.accounts import READ
from tests.fake_hub.client import connect
from tests.fake_hub.server import Hub
from tests.train.hub.checkout import SENT, front_matter
from train.commands.publish import SpaceConfig
from train.errors import UserError
from train.hub import space_card, space_files
from train.hub.errors import HubError
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.hub.source import Namespace

MODELS = [f"lab/{name}-celeba64" for name in (*BUNDLED, *BUNDLED_DIALS)]
OWN, FROM_HUB = SpaceConfig("lab/page"), SpaceConfig("lab/page", "hub:lab")
Files = dict[str, bytes]


@pytest.mark.parametrize("models", ["bundled", "lab", "hub:", "hub:a/b", "hub:-x"])
def test_an_invalid_source_of_models_is_refused(models: str) -> None:
    with pytest.raises(UserError, match="hub:NAMESPACE"):
        SpaceConfig("lab/page", models)


@pytest.fixture
def models(hub: Hub, checkout: Path) -> Hub:
    """Put models with the bundled names on the Hub; they have no weights, which nobody reads here."""
    for name in (*BUNDLED, *BUNDLED_DIALS):
        hub.add(f"lab/{name}-celeba64", checkout / "assets" / "weights" / "vae")
    return hub


def sent(hub: Hub) -> Files:
    files = hub.repository("lab/page", "space").head.files
    return {name: blob.data for name, blob in files.items() if name != ".gitattributes"}


def count_commits(hub: Hub) -> int:
    return len(hub.repository("lab/page", "space").commits["main"])


def variable(hub: Hub) -> str:
    return hub.repository("lab/page", "space").variables["VAE_FACES_MODELS"]["value"]


def test_a_space_is_sent_in_one_commit_and_again_only_after_changes(
    models: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = FROM_HUB.run()
    assert line.startswith(f"{models.url}/spaces/lab/page ")
    assert ".gitattributes" in models.repository("lab/page", "space").head.files
    assert sent(models) == space_files.files(Namespace("lab"), MODELS)
    assert (count_commits(models), variable(models)) == (2, "hub:lab")
    assert models.repository("lab/page", "space").sdk == "gradio"
    assert "no new commit" in FROM_HUB.run()
    assert count_commits(models) == 2
    assert len(models.asked("POST .*/variables")) == 1
    monkeypatch.setattr(space_card, "DESCRIPTION", "Another description")
    assert "commit" in FROM_HUB.run()
    assert count_commits(models) == 3


def test_the_space_names_all_models_of_the_namespace(models: Hub, checkout: Path) -> None:
    for name in ("lab/vae-d8-celeba64", "lab/vae-sprites64", "others/vae-d9-celeba64"):
        models.add(name, checkout / "assets" / "weights" / "vae")
    FROM_HUB.run()
    assert front_matter(sent(models))["models"] == [*MODELS, "lab/vae-d8-celeba64"]


def test_files_that_the_app_no_longer_has_are_deleted(models: Hub) -> None:
    FROM_HUB.run()
    HfApi().upload_file(path_or_fileobj=b"old", path_in_repo="server/old.py", repo_id="lab/page", repo_type="space")
    FROM_HUB.run()
    assert "server/old.py" not in sent(models)
    assert count_commits(models) == 4


def test_a_space_can_change_to_the_models_of_a_namespace(models: Hub) -> None:
    OWN.run()
    assert variable(models) == "bundled"
    assert "assets/weights/vae/config.json" in sent(models)
    FROM_HUB.run()
    assert variable(models) == "hub:lab"
    assert not [name for name in sent(models) if name.startswith("assets/weights")]
    assert count_commits(models) == 3


def test_private_models_need_a_secret_and_a_private_space_is_private(models: Hub) -> None:
    models.repository("lab/vae-celeba64").private = True
    line = replace(FROM_HUB, private=True).run()
    assert models.repository("lab/page", "space").private
    assert "secret HF_TOKEN" in line
    models.repository("lab/vae-celeba64").private = models.repository("lab/page", "space").private = False
    assert "secret" not in FROM_HUB.run()
    with pytest.raises(HubError, match=r"public already: make it private at .*/spaces/lab/page/settings"):
        replace(FROM_HUB, private=True).run()


@pytest.mark.usefixtures("checkout")
def test_a_space_without_models_is_not_created(hub: Hub) -> None:
    with pytest.raises(HubError, match=r"shows no models of lab .* push-all FOLDER --namespace lab"):
        FROM_HUB.run()
    assert hub.state.repositories == {}


def test_a_space_without_permission_is_not_created(
    models: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connect(monkeypatch, models.url, tmp_path / "home", READ)
    with pytest.raises(HubError, match=r"This token may not write to lab.*Run the same command to try again"):
        FROM_HUB.run()
    assert ("space", "lab/page") not in models.state.repositories


def test_a_failed_sending_can_be_repeated(models: Hub) -> None:
    models.fail("POST .*/commit/", faults.status(503))
    with pytest.raises(HubError, match=r"fault of its own \(503\).*Run the same command to try again"):
        FROM_HUB.run()
    models.heal()
    FROM_HUB.run()
    assert count_commits(models) == 2


@pytest.mark.usefixtures("checkout")
def test_a_dry_run_lists_the_files_without_asking_the_hub(hub: Hub) -> None:
    lines = replace(FROM_HUB, dry_run=True).run().splitlines()
    assert {line.split()[0] for line in lines[1:-2]} == SENT
    assert lines[-1].endswith("VAE_FACES_MODELS=hub:lab")
    assert hub.log == []
