"""`pip install` of the project: the library alone, in an environment of its dependencies alone."""

import ast
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.fake_hub.server import Hub
from tests.fake_hub.visiting import variables
from vae_models.hub import pull as hub_module
from vae_models.hub.pull import BUNDLED_FOLDER, pull

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECLARED = {Requirement(line).name for line in PROJECT["dependencies"]}

# runs argv[2] where argv[1] is installed, with the distributions of argv[3:] and no others
ALONE = """
import sys
from importlib.metadata import packages_distributions
place, code, *there = sys.argv[1:]
owners = packages_distributions()
class Others:
    def find_spec(self, name, path=None, target=None):
        of = owners.get(name.partition(".")[0])
        if of and not set(of) & set(there):
            raise ModuleNotFoundError(f"{name} is not installed", name=name)
sys.meta_path.insert(0, Others())
sys.path.insert(0, place)
exec(code)
"""


def test_the_library_imports_what_it_declares() -> None:
    found = set()
    for file in (ROOT / "vae_models").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            found |= {name.partition(".")[0] for name in names}
    distributions = packages_distributions()
    used = {
        distributions[name][0].replace("_", "-") for name in found - sys.stdlib_module_names - {"vae_models", "torch"}
    }
    assert used | {"torch", "numpy"} == DECLARED


def test_the_package_and_the_requirements_ask_for_the_same_versions() -> None:
    lines = [line.partition("#")[0].strip() for line in (ROOT / "requirements-app.txt").read_text().splitlines()]
    asked = {Requirement(line).name: str(Requirement(line).specifier) for line in lines if line and line[0] != "-"}
    for line in PROJECT["dependencies"]:
        assert asked[Requirement(line).name] == str(Requirement(line).specifier)


def test_an_installed_package_has_no_bundled_models_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(hub_module, "BUNDLED_FOLDER", tmp_path / "assets" / "weights")
    with pytest.raises(FileNotFoundError, match="No models are bundled with an installed package"):
        pull("bundled")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what belongs to it: a build leaves files beside its sources."""
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (sources / name).write_bytes((ROOT / name).read_bytes())
    for folder in ("vae_models", "train", "ui", "faces", "metrics"):
        for file in (ROOT / folder).rglob("*.py"):
            copy = sources / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    _pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", str(built), str(sources))
    (found,) = built.glob("*.whl")
    return found


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_wheel_holds_the_library_its_licence_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (about,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        told = Parser().parsestr(archive.read(about).decode())
    library = {f"vae_models/{file.name}" for file in (ROOT / "vae_models").rglob("*.py")}
    assert {name for name in names if ".dist-info/" not in name} == library
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert {Requirement(line).name for line in told.get_all("Requires-Dist")} == DECLARED
    assert (told["Name"], told["License-Expression"]) == ("vae-faces", "Apache-2.0")


def closure(names: set[str]) -> set[str]:
    """These distributions and all that they ask for, here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        asked = [Requirement(line) for line in requires(name) or []]
        waiting += [r.name for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})]
    return found


CODE = """
import torch, vae_models
from vae_models import Autoencoder
from vae_models.hub import pull
assert vae_models.__file__.startswith(place), vae_models.__file__
for source in ("lab/vae-celeba64", {folder!r}):
    model = Autoencoder.from_pretrained(source)
    assert model.sample(2, generator=torch.Generator().manual_seed(0)).shape == (2, 3, 64, 64)
model.save_pretrained("mine")
assert Autoencoder.from_pretrained("mine").config == model.config
for name in ("train", "ui", "faces", "metrics", "gradio", "accelerate"):
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    raise AssertionError(name + " is here")
try:
    pull("bundled")
except FileNotFoundError as error:
    print(error)
"""


@pytest.mark.slow
def test_an_installed_library_loads_from_the_hub_and_from_a_folder_anywhere(
    hub: Hub, wheel: Path, tmp_path: Path
) -> None:
    hub.add("lab/vae-celeba64", BUNDLED_FOLDER / "vae")
    site, nowhere = tmp_path / "site", tmp_path / "nowhere"
    nowhere.mkdir()
    _pip("install", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    code = CODE.format(folder=str(BUNDLED_FOLDER / "vae"))
    names = {name.replace("_", "-").lower() for name in closure(DECLARED)}
    there = {d for ds in packages_distributions().values() for d in ds if d.replace("_", "-").lower() in names}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-P", "-c", ALONE, str(site), code, *there],
        cwd=nowhere,
        env=variables(hub.url, tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout
        == "No models are bundled with an installed package: name a folder of models, or hub:NAMESPACE, instead\n"
    )
