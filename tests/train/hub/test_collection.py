"""`push-all` pushes each model into its own repository and groups them in one collection."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi

from tests.dial_folder import write_dial
from tests.fake_hub import faults
from tests.fake_hub.server import Hub
from tests.train.hub.small_run import ALL, count_commits, files_on_hub, write_run
from train.commands.publish import PushAllConfig
from train.errors import UserError
from train.hub import collection
from train.hub.errors import HubError
from vae_models.hub.pull import pull
from vae_models.objectives.objective import BETA_TCVAE, Objective

SPRITES = {"name": "sprites"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write three finished runs and another folder."""
    folder = tmp_path / "runs"
    write_run(folder / "beta-tcvae", "beta-tcvae", BETA_TCVAE)
    write_run(folder / "vae")
    write_run(folder / "ae", "ae", Objective(kl=0))
    (folder / "notes").mkdir()
    return folder


def test_models_are_pushed_and_collected_once(hub: Hub, folder: Path) -> None:
    first, second = (PushAllConfig(folder, "lab").run() for _ in range(2))
    repos = ["lab/ae-celeba64", "lab/vae-celeba64", "lab/beta-tcvae-celeba64"]
    assert sorted(name for _, name in hub.state.repositories) == sorted(repos)
    assert [count_commits(hub, repo) for repo in repos] == [2, 2, 2]
    (only,) = HfApi().list_collections(owner="lab")
    items = HfApi().get_collection(only.slug).items
    assert (only.title, [item.item_id for item in items]) == ("VAE Faces", repos)
    assert first.count("commit ") == second.count("no new commit") == 3
    assert only.slug in second
    assert len(hub.asked("POST /api/collections$")) == 1
    assert len(collection.DESCRIPTION) <= 150  # the Hub's limit


def test_a_later_push_adds_models_to_the_collection(hub: Hub, folder: Path) -> None:
    PushAllConfig(folder, "lab").run()
    write_run(folder / "beta-vae-b2", "beta-vae", Objective(kl=2))
    PushAllConfig(folder, "lab").run()
    (only,) = HfApi().list_collections(owner="lab")
    assert len(HfApi().get_collection(only.slug).items) == 4
    assert files_on_hub(hub, "lab/beta-vae-b2-celeba64").keys() == ALL


def test_the_app_finds_every_pushed_model_of_celeba(hub: Hub, folder: Path) -> None:  # noqa: ARG001
    write_run(folder / "vae-d8")
    write_dial(folder / "beta-dial")
    for run in folder.glob("*/"):
        (run / "latents.json").unlink(missing_ok=True)
    PushAllConfig(folder, "lab").run()
    loaded = pull("hub:lab")
    assert [pulled.name for pulled in loaded.models] == ["ae", "vae", "vae-d8", "beta-tcvae"]
    assert [pulled.name for pulled in loaded.dials] == ["beta-dial"]


def test_models_of_other_data_go_to_repositories_of_their_own(hub: Hub, folder: Path, tmp_path: Path) -> None:
    PushAllConfig(folder, "lab").run()
    faces = files_on_hub(hub, "lab/vae-celeba64")
    write_run(tmp_path / "sprites" / "vae", training=SPRITES)
    PushAllConfig(tmp_path / "sprites", "lab").run()
    assert files_on_hub(hub, "lab/vae-celeba64") == faces
    assert files_on_hub(hub, "lab/vae-sprites64").keys() == ALL


def test_a_model_of_other_data_is_never_replaced(hub: Hub, folder: Path, tmp_path: Path) -> None:
    hub.add("lab/vae-sprites64", folder / "vae")  # somebody pushed a model of faces there
    write_run(tmp_path / "sprites" / "ae", "ae", Objective(kl=0), SPRITES)
    write_run(tmp_path / "sprites" / "vae", training=SPRITES)
    message = "lab/vae-sprites64 holds a model of celeba, which .*vae, a model of sprites, would replace"
    with pytest.raises(HubError, match=message):
        PushAllConfig(tmp_path / "sprites", "lab").run()
    assert count_commits(hub, "lab/vae-sprites64") == 2
    assert ("model", "lab/ae-sprites64") not in hub.state.repositories


def test_an_interrupted_push_says_how_to_continue_and_continues(hub: Hub, folder: Path) -> None:
    hub.fail("POST .*lab/vae-celeba64/commit", faults.status(500))
    with pytest.raises(HubError, match=f"try again: python -m train push-all {folder} --namespace lab$"):
        PushAllConfig(folder, "lab").run()
    assert (count_commits(hub, "lab/ae-celeba64"), count_commits(hub, "lab/vae-celeba64")) == (2, 1)
    hub.heal()
    PushAllConfig(folder, "lab").run()
    assert (count_commits(hub, "lab/ae-celeba64"), count_commits(hub, "lab/vae-celeba64")) == (2, 2)


def test_one_damaged_model_stops_the_push_of_all(hub: Hub, folder: Path) -> None:
    (folder / "vae" / "model.safetensors").write_bytes(b"")
    with pytest.raises(UserError, match="damaged"):
        PushAllConfig(folder, "lab").run()
    assert hub.log == []


def test_a_dry_run_lists_all_models_without_asking_the_hub(hub: Hub, folder: Path) -> None:
    lines = PushAllConfig(folder, "lab", dry_run=True).run().splitlines()
    assert [line.split("/")[-1] for line in lines if line.endswith("would get")] == [
        f"{name}-celeba64 would get" for name in ("ae", "vae", "beta-tcvae")
    ]
    assert hub.log == []


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        PushAllConfig(tmp_path / "nowhere", "lab").run()
    with pytest.raises(UserError, match="holds a finished model"):
        PushAllConfig(tmp_path, "lab").run()
