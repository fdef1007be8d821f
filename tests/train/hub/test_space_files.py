"""A Space gets the committed files that the app needs and nothing else, and the app runs with them alone."""

import ast
import json
import tomllib
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from benchmarks.running_space import assemble, children, memory, running_space
from benchmarks.space_start import ask_all
from tests import virtualenv
from tests.fake_hub import metadata
from tests.fake_hub.repositories import is_large
from tests.fake_hub.server import Hub
from tests.train.hub.checkout import SENT, front_matter
from train.commands.publish import SpaceConfig
from train.errors import UserError
from train.hub import space_card, space_files
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.hub.pull import BUNDLED_FOLDER
from vae_models.hub.source import Namespace

ROOT = Path(__file__).parents[3]
OURS = ("app", "pages", "server", "faces", "metrics", "vae_models", "train", "benchmarks", "tests")
MODELS = [f"lab/{name}-celeba64" for name in (*BUNDLED, *BUNDLED_DIALS)]
FETCHED = ("page/main.js", "onnxruntime/ort.wasm.bundle.min.mjs", "models/vae/decoder.onnx")  # by the browser
OWN = SpaceConfig("lab/page")
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def own_files() -> Files:
    """Return the files of a Space with its own models."""
    return space_files.files(None, [])


@pytest.fixture(scope="module")
def hub_files() -> Files:
    """Return the files of a Space that shows the models of a namespace."""
    return space_files.files(Namespace("lab"), MODELS)


def requirements(files: Files) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in files["requirements.txt"].decode().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def imported(source: bytes) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(source)):
        modules |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        if isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def test_the_front_matter_is_valid(own_files: Files, hub_files: Files) -> None:
    for files in (own_files, hub_files):
        answer = metadata.validate(files["README.md"].decode(), "space")
        assert (answer.status, json.loads(answer.body)) == (200, {"errors": [], "warnings": []})
        facts = front_matter(files)
        required = {"title", "emoji", "colorFrom", "colorTo", "sdk", "app_file", "license", "short_description"}
        assert required <= set(facts)
        assert (facts["sdk"], facts["app_file"]) == ("gradio", "app.py")
        assert len(facts["short_description"]) <= 60
        assert facts["app_file"] in files


def test_the_space_has_the_pinned_gradio_and_a_supported_python(hub_files: Files) -> None:
    facts = front_matter(hub_files)
    (gradio,) = [requirement for requirement in requirements(hub_files) if requirement.name == "gradio"]
    assert str(gradio.specifier) == f"=={facts['sdk_version']}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert facts["python_version"] in SpecifierSet(project["requires-python"])
    assert isinstance(facts["python_version"], str)


@pytest.mark.parametrize("line", ["gradio>=6", "gradio==6.1,!=7", "gradio_client==2", "# gradio==6.1"])
def test_gradio_has_to_be_pinned(line: str) -> None:
    with pytest.raises(UserError, match="pin gradio"):
        space_card.gradio_version(f"torch>=2\n{line}\n")


def test_a_namespace_s_models_are_named_and_preloaded(own_files: Files, hub_files: Files) -> None:
    facts = front_matter(hub_files)
    assert facts["models"] == facts["preload_from_hub"] == MODELS
    assert facts["license"] == "apache-2.0"
    pinned = front_matter(space_files.files(Namespace("lab", "v1"), MODELS))
    assert (pinned["models"], "preload_from_hub" in pinned) == (MODELS, False)
    own = front_matter(own_files)
    assert not {"models", "preload_from_hub"} & own.keys()
    assert (own["license"], own["license_name"]) == ("other", "celeba-dataset-release-agreement")


def test_only_the_app_is_sent(hub_files: Files) -> None:
    assert {name.split("/")[0] for name in hub_files} == {
        *("app.py", "server", "pages", "faces", "metrics", "vae_models", "assets"),
        *("LICENSE", "README.md", "requirements.txt"),
    }
    assert not [
        name
        for name in hub_files
        if name.startswith(("assets/weights", "assets/film", "assets/screenshot")) or "figures" in name
    ]
    modules = {name for name in hub_files if name.endswith(".py")}
    for folder in ("pages", "server"):
        assert modules >= {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py")}
    assert {"metrics/reconstruction.py", "metrics/__init__.py"} <= modules
    assert not [name for name in modules if name.startswith("metrics/disentanglement")]  # the trainer's


def test_bundled_weights_and_their_terms_are_sent_without_a_namespace(own_files: Files, hub_files: Files) -> None:
    more = own_files.keys() - hub_files.keys()
    assert "assets/weights/LICENSE.md" in more
    for name in (*BUNDLED, *BUNDLED_DIALS):
        files = {path.rpartition("/")[2] for path in more if path.startswith(f"assets/weights/{name}/")}
        assert files >= {"config.json", "model.safetensors", "training.json", "decoder.onnx", "encoder.onnx"}
        assert not files & {"samples.png", "checkpoints"}


def test_no_file_over_10_mb_is_outside_lfs(own_files: Files) -> None:
    for name, data in own_files.items():
        assert len(data) <= 10_000_000
        assert len(data) <= 5_000_000 or is_large(name, len(data))


def test_sent_modules_import_only_sent_or_required_modules(hub_files: Files) -> None:
    modules = {module for name, data in hub_files.items() if name.endswith(".py") for module in imported(data)}
    ours = {module for module in modules if module.partition(".")[0] in OURS}
    for module in ours:
        path = module.replace(".", "/")
        names = (f"{path}.py", f"{path}/__init__.py", f"{path.rpartition('/')[0]}.py")
        package = f"{path.rpartition('/')[0]}/__init__.py"
        assert [name for name in (*names, package) if name in hub_files], module
    distributions = packages_distributions()
    used = {name for module in modules - ours for name in distributions.get(module.partition(".")[0], [])}
    required = {requirement.name for requirement in requirements(hub_files)}
    # pywebview is for machines with a screen; gradio brings the others
    others = {"anyio", "brotli", "fastapi", "gradio-client", "httpx", "python-multipart", "starlette", "pywebview"}
    assert {name.replace("_", "-") for name in used} - others == required


def test_the_requirements_are_the_app_s(hub_files: Files) -> None:
    assert hub_files["requirements.txt"].decode() == (ROOT / "requirements-app.txt").read_text()


@pytest.mark.usefixtures("checkout")
def test_committed_files_outside_of_the_app_are_not_sent() -> None:
    assert space_files.files(Namespace("lab"), MODELS).keys() == SENT
    own = {"assets/weights/LICENSE.md", "assets/weights/vae/config.json"}
    assert space_files.files(None, []).keys() == SENT | own


def test_private_files_in_the_work_tree_are_never_sent(checkout: Path) -> None:
    (checkout / ".gitignore").write_text("secrets.txt\n")
    for name in ("assets/examples/private-photo.png", "assets/notes.txt", "assets/secrets.txt", "server/draft.py"):
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text("private")
    assert space_files.files(Namespace("lab"), MODELS).keys() == SENT


CHANGES = {
    "untracked": ("assets/examples/private photo.png", "private"),
    "changed": ("server/__init__.py", "changed"),
    "deleted": ("assets/page.js", None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_uncommitted_files_stop_the_sending(hub: Hub, checkout: Path, change: tuple[str, str | None]) -> None:
    name, text = change
    if text is None:
        (checkout / name).unlink()
    else:
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text(text)
    with pytest.raises(UserError, match=rf"commit or remove these 1 first \({name}\)$"):
        OWN.run()
    assert f"Not committed, so nothing is sent: {name}" in replace(OWN, dry_run=True).run().splitlines()
    assert hub.log == []


def test_uncommitted_files_outside_of_the_app_do_not_matter(hub: Hub, checkout: Path) -> None:
    for name in ("notes.txt", "train/loop.py", "assets/figures/new.png", "assets/weights/vae/checkpoint.bin"):
        (checkout / name).write_text("changed")
    assert "commit" in OWN.run()
    assert ("space", "lab/page") in hub.state.repositories


def test_without_a_git_checkout_the_command_says_so(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "installed"
    empty.mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for folder in (empty, checkout / "train"):  # the second is in a checkout, but not its top folder
        monkeypatch.setattr(space_files, "ROOT", folder)
        with pytest.raises(UserError, match="clone the project"):
            OWN.run()


@pytest.mark.usefixtures("checkout")
def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_files, "LARGEST", 10)
    with pytest.raises(UserError, match=r"has 0\.0 MB.*--models hub:NAMESPACE"):
        space_files.files(None, [])


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, own_files: Files) -> Path:
    """Create an environment with the Space's requirements and nothing else; return its interpreter."""
    lines = [str(requirement) for requirement in requirements(own_files)]
    return virtualenv.create(tmp_path_factory.mktemp("environment"), lines)


@pytest.mark.processes
def test_the_space_runs_with_its_files_alone_in_2_gb(python: Path, tmp_path: Path) -> None:
    folder = assemble(tmp_path / "app")
    with running_space(folder, tmp_path, str(python), {"VAE_FACES_MODELS": "bundled"}) as page:
        answers = ask_all(page.address, str(tmp_path))
        statuses = {urlopen(page.address + path, timeout=120).status for path in FETCHED}
        (now, most), helpers = memory(page.process), children(page.process)
        opened = Path(f"/proc/{page.process.pid}/maps").read_text()
    print(f"\nstart to first page {page.seconds:.1f} s, resident {now / 1e9:.2f} GB, at most {most / 1e9:.2f} GB")
    assert Path(str(answers["/sample"])).stat().st_size > 10_000
    assert len(answers["/encode"]["mean"]) == 32
    assert statuses == {200}
    assert helpers == []  # no Node that renders the page
    assert most < 2e9
    assert str(ROOT) not in opened
    errors = (tmp_path / "errors.txt").read_text()
    assert str(folder) not in errors, errors  # the Hub's own package leaves a few tracebacks of its own


@pytest.mark.processes
def test_a_space_of_a_namespace_pulls_its_models_from_the_hub(python: Path, tmp_path: Path, hub: Hub) -> None:
    for name in (*BUNDLED, *BUNDLED_DIALS):
        hub.add(f"lab/{name}-celeba64", BUNDLED_FOLDER / name)
    folder = assemble(tmp_path / "app", "hub:lab")
    assert not (folder / "assets" / "weights").exists()
    variables = {"VAE_FACES_MODELS": "hub:lab", "HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1"}
    with running_space(folder, tmp_path, str(python), variables) as page:
        answers = ask_all(page.address, str(tmp_path))
        most = memory(page.process)[1]
    assert Path(str(answers["/sample"])).stat().st_size > 10_000
    assert most < 2e9
    for name in (*BUNDLED, *BUNDLED_DIALS):
        assert hub.asked(f"GET .*lab/{name}-celeba64.*model.safetensors"), name
