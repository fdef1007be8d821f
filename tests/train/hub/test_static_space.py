"""`space --static` sends the page without a server in one commit, and only if something has changed."""

from dataclasses import replace

import pytest
from huggingface_hub import HfApi

from tests.conftest import report_models
from tests.fake_hub import faults
from tests.fake_hub.server import Hub
from tests.train.hub.checkout import front_matter
from train.commands.publish import SpaceConfig
from train.hub import static_space
from train.hub.errors import HubError
from train.site.folder import MARK
from vae_models.hub.pull import BUNDLED_FOLDER, Loaded

OWN = SpaceConfig("lab/My_Faces", static=True)
FROM_HUB = SpaceConfig("lab/page", "hub:lab", static=True)
REQUIRED = {"index.html", "service-worker.js", "models/vae/decoder.onnx", MARK, "README.md"}


@pytest.fixture
def _two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send two of the bundled models instead of all, which takes seconds."""
    monkeypatch.setattr(static_space, "load_models", lambda _: Loaded(report_models()[:2]))


def sent(hub: Hub, repo: str) -> dict[str, bytes]:
    files = hub.repository(repo, "space").head.files
    return {name: blob.data for name, blob in files.items() if name != ".gitattributes"}


def count_commits(hub: Hub, repo: str) -> int:
    return len(hub.repository(repo, "space").commits["main"])


@pytest.mark.usefixtures("_two_models")
def test_a_static_space_is_sent_once_and_again_only_after_changes(hub: Hub) -> None:
    line = OWN.run()
    assert line.startswith(f"{hub.url}/spaces/lab/My_Faces ")
    assert hub.repository("lab/My_Faces", "space").sdk == "static"
    files = sent(hub, "lab/My_Faces")
    assert files.keys() >= REQUIRED
    assert not [name for name in files if name.endswith(".py") or name.startswith(("server/", "assets/"))]
    assert b'content="https://lab-my-faces.static.hf.space/records/share.jpg"' in files["index.html"]
    card = files["README.md"].decode()
    assert front_matter(files)["sdk"] == "static"
    assert not [word for word in ("endpoint", "uploaded", "gradio") if word in card.lower()]
    assert "no new commit" in OWN.run()
    assert count_commits(hub, "lab/My_Faces") == 2
    HfApi().upload_file(path_or_fileobj=b"old", path_in_repo="old.js", repo_id="lab/My_Faces", repo_type="space")
    OWN.run()
    assert sent(hub, "lab/My_Faces") == files


def test_the_models_of_a_namespace_are_sent_along(hub: Hub) -> None:
    for name in ("ae", "vae"):
        hub.add(f"lab/{name}-celeba64", BUNDLED_FOLDER / name)
    FROM_HUB.run()
    files = sent(hub, "lab/page")
    assert {name.split("/")[1] for name in files if name.startswith("models/") and name.endswith(".onnx")} == {
        *("ae", "vae")
    }
    assert files["models/vae/decoder.onnx"] == (BUNDLED_FOLDER / "vae" / "decoder.onnx").read_bytes()
    assert front_matter(files)["models"] == ["lab/ae-celeba64", "lab/vae-celeba64"]


@pytest.mark.usefixtures("_two_models")
def test_a_failed_sending_can_be_repeated(hub: Hub) -> None:
    hub.fail("POST .*/commit/", faults.status(503))
    with pytest.raises(HubError, match="Run the same command to try again"):
        OWN.run()
    hub.heal()
    OWN.run()
    assert count_commits(hub, "lab/My_Faces") == 2


@pytest.mark.usefixtures("_two_models")
def test_a_dry_run_lists_the_files_without_asking_the_hub(hub: Hub) -> None:
    lines = replace(OWN, dry_run=True).run().splitlines()
    assert {line.split()[0] for line in lines[1:-1]} >= REQUIRED
    assert hub.log == []
