"""The page as a Space: what is sent, what the Hub is told, and that it runs where nothing else is."""

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from huggingface_hub import HfApi
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from benchmarks.running_space import assemble, children, memory, running_space
from benchmarks.space_start import ask_all
from tests.fake_hub import faults, metadata
from tests.fake_hub.people import READ
from tests.fake_hub.repositories import is_large
from tests.fake_hub.server import Hub
from tests.fake_hub.visiting import visit
from train.commands.space_config import SpaceConfig
from train.hub import space_card, space_files
from train.hub.errors import HubError
from vae_models.catalogue import BUNDLED
from vae_models.hub.pull import BUNDLED_FOLDER

ROOT = Path(__file__).parents[3]
OURS = ("app", "ui", "faces", "metrics", "vae_models", "train", "benchmarks", "tests")
MODELS = [f"lab/{name}-celeba64" for name in BUNDLED]
FETCHED = ("explore/explorer.js", "onnxruntime/ort.wasm.bundle.min.mjs", "models/vae/decoder.onnx")  # by the browser
WITH_OWN, FROM_HUB = SpaceConfig("lab/page"), SpaceConfig("lab/page", "hub:lab")


def front_matter(config: SpaceConfig) -> dict[str, Any]:
    return yaml.safe_load(space_files.files(config)["README.md"].decode().split("---\n")[1])


def requirements(config: SpaceConfig = FROM_HUB) -> list[Requirement]:
    lines = [
        line.partition("#")[0].strip() for line in space_files.files(config)["requirements.txt"].decode().splitlines()
    ]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def imported(source: bytes) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        found |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("config", [WITH_OWN, FROM_HUB], ids=["own", "hub"])
def test_the_hub_takes_the_front_matter(config: SpaceConfig) -> None:
    answer = metadata.validate(space_files.files(config)["README.md"].decode(), "space")
    assert (answer.status, json.loads(answer.body)) == (200, {"errors": [], "warnings": []})
    facts = front_matter(config)
    assert {"title", "emoji", "colorFrom", "colorTo", "sdk", "app_file", "license", "short_description"} <= set(facts)
    assert (facts["sdk"], facts["app_file"]) == ("gradio", "app.py")
    assert len(facts["short_description"]) <= 60
    assert facts["app_file"] in space_files.files(config)


def test_the_space_has_the_gradio_that_is_pinned_and_a_python_that_will_do() -> None:
    facts = front_matter(FROM_HUB)
    (gradio,) = [asked for asked in requirements() if asked.name == "gradio"]
    assert str(gradio.specifier) == f"=={facts['sdk_version']}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert facts["python_version"] in SpecifierSet(project["requires-python"])
    assert isinstance(facts["python_version"], str)


@pytest.mark.parametrize("line", ["gradio>=6", "gradio==6.1,!=7", "gradio_client==2", "# gradio==6.1"])
def test_gradio_has_to_be_pinned(line: str) -> None:
    with pytest.raises(ValueError, match="pin gradio"):
        space_card.gradio_version(f"torch>=2\n{line}\n")


def test_the_models_of_a_namespace_are_named_and_fetched_while_the_space_is_built() -> None:
    facts = front_matter(FROM_HUB)
    assert facts["models"] == facts["preload_from_hub"] == MODELS
    assert facts["license"] == "apache-2.0"
    pinned = front_matter(replace(FROM_HUB, models="hub:lab@v1"))
    assert (pinned["models"], "preload_from_hub" in pinned) == (MODELS, False)
    own = front_matter(WITH_OWN)
    assert not {"models", "preload_from_hub"} & own.keys()
    assert (own["license"], own["license_name"]) == ("other", "celeba-dataset-release-agreement")


def test_nothing_but_the_page_is_sent() -> None:
    names = space_files.files(FROM_HUB)
    assert {name.split("/")[0] for name in names} == {
        *("app.py", "ui", "faces", "metrics", "vae_models", "assets"),
        *("LICENSE", "README.md", "requirements.txt"),
    }
    assert not [
        name for name in names if name.startswith("assets/weights") or "screenshot" in name or "figures" in name
    ]
    sent = {name for name in names if name.endswith(".py")}
    assert sent >= {path.relative_to(ROOT).as_posix() for path in (ROOT / "ui").rglob("*.py")}
    assert {"metrics/reconstruction.py", "metrics/__init__.py"} <= sent
    assert not [name for name in sent if name.startswith("metrics/disentanglement")]  # the trainer's


def test_without_a_namespace_the_bundled_weights_and_their_terms_come_along() -> None:
    more = space_files.files(WITH_OWN).keys() - space_files.files(FROM_HUB).keys()
    assert "assets/weights/LICENSE.md" in more
    for name in BUNDLED:
        there = {path.rpartition("/")[2] for path in more if path.startswith(f"assets/weights/{name}/")}
        assert there >= {"config.json", "model.safetensors", "training.json", "decoder.onnx", "densities.json"}
        assert not there & {"samples.png", "encoder.onnx", "checkpoints"}


@pytest.mark.parametrize("config", [WITH_OWN, FROM_HUB], ids=["own", "hub"])
def test_nothing_over_10_mb_is_outside_lfs(config: SpaceConfig) -> None:
    for name, data in space_files.files(config).items():
        assert len(data) <= 10_000_000
        assert len(data) <= 5_000_000 or is_large(name, len(data))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_files, "LARGEST", 3_000_000)
    with pytest.raises(ValueError, match=r"has 3\.\d MB.*--models hub:NAMESPACE"):
        space_files.files(WITH_OWN)


def test_what_is_sent_imports_what_is_sent_or_required() -> None:
    files = space_files.files(FROM_HUB)
    modules = {module for name, data in files.items() if name.endswith(".py") for module in imported(data)}
    ours = {module for module in modules if module.partition(".")[0] in OURS}
    for module in ours:
        within = module.replace(".", "/")
        names = (f"{within}.py", f"{within}/__init__.py", f"{within.rpartition('/')[0]}.py")
        package = f"{within.rpartition('/')[0]}/__init__.py"
        assert [name for name in (*names, package) if name in files], module
    distributions = packages_distributions()
    used = {found for module in modules - ours for found in distributions.get(module.partition(".")[0], [])}
    asked = {requirement.name for requirement in requirements()}
    # gradio brings starlette; pywebview is for those who have a screen
    assert {name.replace("_", "-") for name in used} - {"starlette", "pywebview"} == asked


def test_the_requirements_are_the_apps() -> None:
    assert space_files.files(FROM_HUB)["requirements.txt"].decode() == (ROOT / "requirements-app.txt").read_text()


@pytest.mark.parametrize("models", ["bundled", "lab", "hub:", "hub:a/b", "hub:-x"])
def test_what_a_space_cannot_show_is_refused(models: str) -> None:
    with pytest.raises(ValueError, match=r"hub:NAMESPACE|namespace|NAMESPACE/NAME"):
        SpaceConfig("lab/page", models)


@pytest.fixture
def models(hub: Hub) -> Hub:
    """A Hub that has the models."""
    for name in BUNDLED:
        hub.add(f"lab/{name}-celeba64", BUNDLED_FOLDER / name)
    return hub


def there(hub: Hub) -> dict[str, bytes]:
    return {name: blob.data for name, blob in hub.repository("lab/page", "space").head.files.items()}


def commits(hub: Hub) -> int:
    return len(hub.repository("lab/page", "space").commits["main"])


def variable(hub: Hub) -> str:
    return hub.repository("lab/page", "space").variables["VAE_FACES_MODELS"]["value"]


def test_a_space_is_sent_in_one_commit_and_again_only_where_something_has_changed(
    models: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = FROM_HUB.run()
    assert said.startswith(f"{models.url}/spaces/lab/page ")
    sent = there(models)
    assert sent.pop(".gitattributes")
    assert sent == space_files.files(FROM_HUB)
    assert (commits(models), variable(models)) == (2, "hub:lab")
    assert models.repository("lab/page", "space").sdk == "gradio"
    assert "no new commit" in FROM_HUB.run()
    assert commits(models) == 2
    assert len(models.asked("POST .*/variables")) == 1
    monkeypatch.setattr(space_card, "SHORT", "Another word about it")
    assert "commit" in FROM_HUB.run()
    assert commits(models) == 3


def test_what_the_page_no_longer_has_leaves_the_space_too(models: Hub) -> None:
    FROM_HUB.run()
    HfApi().upload_file(path_or_fileobj=b"old", path_in_repo="ui/old.py", repo_id="lab/page", repo_type="space")
    FROM_HUB.run()
    assert "ui/old.py" not in there(models)
    assert commits(models) == 4


def test_a_space_changes_from_its_own_models_to_those_of_a_namespace(models: Hub) -> None:
    WITH_OWN.run()
    assert variable(models) == "bundled"
    assert "assets/weights/vae/model.safetensors" in there(models)
    FROM_HUB.run()
    assert variable(models) == "hub:lab"
    assert not [name for name in there(models) if name.startswith("assets/weights")]
    assert commits(models) == 3


def test_a_private_space_is_private_and_private_models_need_a_secret(models: Hub) -> None:
    models.repository("lab/vae-celeba64").private = True
    said = replace(FROM_HUB, private=True).run()
    assert models.repository("lab/page", "space").private
    assert "secret HF_TOKEN" in said
    models.repository("lab/vae-celeba64").private = models.repository("lab/page", "space").private = False
    assert "secret" not in FROM_HUB.run()
    with pytest.raises(HubError, match=r"public already: make it private at .*/spaces/lab/page/settings"):
        replace(FROM_HUB, private=True).run()


def test_a_space_without_its_models_is_not_made(hub: Hub) -> None:
    with pytest.raises(HubError, match=r"shows no lab/ae-celeba64 .* push-all FOLDER --namespace lab"):
        FROM_HUB.run()
    assert hub.state.repositories == {}


def test_who_may_not_send_a_space_is_told_so(models: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    visit(monkeypatch, models.url, tmp_path / "home", READ)
    with pytest.raises(HubError, match=r"This token may not write to lab.*The same command continues"):
        FROM_HUB.run()
    assert ("space", "lab/page") not in models.state.repositories


def test_a_space_that_breaks_off_is_sent_by_the_same_command(models: Hub) -> None:
    models.fail("POST .*/commit/", faults.status(503))
    with pytest.raises(HubError, match=r"fault of its own \(503\).*The same command continues"):
        FROM_HUB.run()
    models.heal()
    FROM_HUB.run()
    assert commits(models) == 2


def test_a_dry_run_lists_what_would_be_sent_and_asks_nobody(hub: Hub) -> None:
    said = replace(FROM_HUB, dry_run=True).run()
    assert {line.split()[0] for line in said.splitlines()[1:-2]} == set(space_files.files(FROM_HUB))
    assert said.endswith("VAE_FACES_MODELS=hub:lab")
    assert hub.log == []


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The interpreter of an environment that has what a Space installs and nothing else."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, timeout=120)
    folder = assemble(tmp_path_factory.mktemp("requirements"))
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    version = front_matter(WITH_OWN)["sdk_version"]
    told = ["-r", str(folder / "requirements.txt")]
    done = subprocess.run(
        # `spaces` and these extras are what the Hub adds to what a Space asks for
        [*pip, *told, f"gradio[oauth,mcp]=={version}", "spaces"],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    yield place / "bin" / "python"
    shutil.rmtree(place)  # pytest would keep three of them: torch with CUDA has 5 GB


@pytest.mark.slow
def test_the_space_runs_where_nothing_else_is_within_2_gb(fresh: Path, tmp_path: Path) -> None:
    folder = assemble(tmp_path / "app")
    with running_space(folder, tmp_path, str(fresh), {"VAE_FACES_MODELS": "bundled"}) as page:
        answers = ask_all(page.address, str(tmp_path))
        fetched = {path: urlopen(page.address + path, timeout=30).status for path in FETCHED}
        (now, most), helpers = memory(page.process), children(page.process)
        opened = Path(f"/proc/{page.process.pid}/maps").read_text()
    print(f"\nstart to first page {page.seconds:.1f} s, resident {now / 1e9:.2f} GB, at most {most / 1e9:.2f} GB")
    assert Path(str(answers["/sample"])).stat().st_size > 10_000
    assert len(answers["/encode"]["mean"]) == 32
    assert set(fetched.values()) == {200}
    assert helpers == []  # no Node that would render the page
    assert most < 2e9
    assert str(ROOT) not in opened
    errors = (tmp_path / "errors.txt").read_text()
    assert str(folder) not in errors, errors  # the Hub's own package leaves a few traces of its own


@pytest.mark.slow
def test_a_space_of_a_namespace_pulls_its_models_from_the_hub(fresh: Path, tmp_path: Path, models: Hub) -> None:
    folder = assemble(tmp_path / "app", "hub:lab")
    assert not (folder / "assets" / "weights").exists()
    told = {"VAE_FACES_MODELS": "hub:lab", "HF_ENDPOINT": models.url, "HF_HUB_DISABLE_XET": "1"}
    with running_space(folder, tmp_path, str(fresh), told) as page:
        answers = ask_all(page.address, str(tmp_path))
        most = memory(page.process)[1]
    assert Path(str(answers["/sample"])).stat().st_size > 10_000
    assert most < 2e9
    for name in BUNDLED:
        assert models.asked(f"GET .*lab/{name}-celeba64.*model.safetensors"), name
