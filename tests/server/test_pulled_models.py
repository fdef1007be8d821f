"""The app with models of a Hub, started as a person starts it: what it shows, and what it says of what failed."""

import json
import re
import shutil
from pathlib import Path
from urllib.request import urlopen

import pytest
from gradio_client import Client

from benchmarks.running_app import running_app
from tests.fake_hub import faults
from tests.fake_hub.client import environment
from tests.fake_hub.server import Hub
from vae_models.catalogue import BUNDLED
from vae_models.hub.pull import BUNDLED_FOLDER

pytestmark = pytest.mark.browser


def shown(address: str) -> str:
    """Return the text of all the page's HTML."""
    components = json.loads(urlopen(f"{address}config").read())["components"]
    html = " ".join(str(component["props"].get("value") or "") for component in components)
    return " ".join(re.sub("<.*?>", " ", html).split())


def test_the_page_shows_models_of_the_hub_with_all_that_it_shows_of_bundled_ones(hub: Hub, tmp_path: Path) -> None:
    for name in BUNDLED:
        hub.add(f"lab/{name}-celeba64", BUNDLED_FOLDER / name)
    hub.fail("/vae-celeba64", faults.NO_REPOSITORY)
    home = {**environment(hub.url, tmp_path), "VAE_FACES_MODELS": "hub:lab"}
    with running_app(variables=home) as app:
        said = shown(app.address)
        for name in ("ae", "beta-vae", "beta-tcvae"):
            commit = hub.repository(f"lab/{name}-celeba64").head.oid
            assert f"the Hub lab/{name}-celeba64 at {commit[:7]}" in said
            for file in ("decoder.onnx", "densities.json"):
                served = urlopen(f"{app.address}models/{name}/{file}").read()
                assert served == (BUNDLED_FOLDER / name / file).read_bytes()
        assert "vae from the Hub: there is no such repository on the Hub" in said
        assert "the bundled weights" in said
        assert "Not here" not in said
        assert "Traceback" not in said
        client = Client(app.address, verbose=False)
        picture = client.predict([[0.0] * 32], "vae", api_name="/decode")
        assert picture
        client.close()


def test_one_broken_model_is_said_at_the_top_and_the_page_is_there(tmp_path: Path) -> None:
    for name in ("ae", "vae"):
        shutil.copytree(BUNDLED_FOLDER / name, tmp_path / name)
    (tmp_path / "vae" / "model.safetensors").write_bytes(b"")
    with running_app("--models", str(tmp_path)) as app:
        said = shown(app.address)
    assert "Not here: vae. The tab Models says why." in said
    assert "vae from a folder of this machine: its weights are damaged" in said
    assert "Traceback" not in said
    assert str(tmp_path) not in said
