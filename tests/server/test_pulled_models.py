"""The app with models of a Hub, started as a user starts it: what it serves, and what it reports about failures."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from gradio_client import Client

from benchmarks.running_app import running_app
from tests.fake_hub import faults
from tests.fake_hub.client import environment
from tests.fake_hub.server import Hub
from vae_models.catalogue import BUNDLED
from vae_models.hub.pull import BUNDLED_FOLDER

pytestmark = pytest.mark.processes


def read(address: str) -> Any:
    return json.loads(urlopen(address).read())


def test_models_of_the_hub_are_served_like_the_bundled_ones(hub: Hub, tmp_path: Path) -> None:
    for name in BUNDLED:
        hub.add(f"lab/{name}-celeba64", BUNDLED_FOLDER / name)
    hub.fail("/vae-celeba64", faults.NO_REPOSITORY)
    home = {**environment(hub.url, tmp_path), "VAE_FACES_MODELS": "hub:lab"}
    with running_app(variables=home) as app:
        about, models = (read(f"{app.address}records/{name}.json") for name in ("about", "models"))
        for name in ("ae", "beta-vae", "beta-tcvae"):
            commit = hub.repository(f"lab/{name}-celeba64").head.oid
            origin = about["models"][name]["origin"]
            assert (origin["source"], origin["repository"], origin["commit"]) == ("hub", f"lab/{name}-celeba64", commit)
            for file in ("decoder.onnx", "densities.json"):
                served = urlopen(f"{app.address}models/{name}/{file}").read()
                assert served == (BUNDLED_FOLDER / name / file).read_bytes()
        (failure,) = about["failures"]
        assert (failure["names"], failure["where"]) == (["vae"], "the Hub")
        assert failure["reason"].startswith("there is no such repository on the Hub")
        assert about["models"]["vae"]["origin"]["source"] == "bundled"
        assert models["missing"] == []
        client = Client(app.address, verbose=False)
        assert client.predict([[0.0] * 32], "vae", api_name="/decode")
        client.close()


def test_one_broken_model_is_reported_and_the_page_is_there(tmp_path: Path) -> None:
    for name in ("ae", "vae"):
        shutil.copytree(BUNDLED_FOLDER / name, tmp_path / name)
    (tmp_path / "vae" / "model.safetensors").write_bytes(b"")
    with running_app("--models", str(tmp_path)) as app:
        about, models = (read(f"{app.address}records/{name}.json") for name in ("about", "models"))
        page = urlopen(app.address).read().decode()
    assert models["missing"] == ["vae"]
    (failure,) = about["failures"]
    assert (failure["names"], failure["where"]) == (["vae"], "a folder of this machine")
    assert failure["reason"].startswith("its weights are damaged")
    assert str(tmp_path) not in json.dumps([about, models]) + page
