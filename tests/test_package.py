"""The installed package: its lists of requirements, the files of its wheel, and its commands in an empty folder."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.request import urlopen

import pytest
from gradio_client import Client
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

from benchmarks.running_app import running_app
from tests import virtualenv
from tests.fake_hub.client import environment
from tests.fake_hub.server import Hub
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.hub.pull import BUNDLED_FOLDER

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LIBRARY: list[str] = PROJECT["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
CODE = ("vae_models", "metrics", "faces", "pages", "server", "train", "app.py", "vae_faces.py")
NOT_INSTALLED = (
    "assets/.npmrc",
    "assets/biome.json",
    "assets/examples/draw.py",
    "assets/figures/",
    "assets/film.webp",
    "assets/gradio-client/README.md",
    "assets/onnxruntime/README.md",
    "assets/onnxruntime/fetch.py",
    "assets/package-lock.json",
    "assets/package.json",
    "assets/screenshot.png",
    "assets/tsconfig.json",
    "faces/models/convert.py",
)


def expand(extra: str) -> list[str]:
    """Return the requirements of the library with an extra, including the extras that the extra names."""
    lines = list(LIBRARY)
    for line in EXTRAS[extra]:
        requirement = Requirement(line)
        if requirement.name == PROJECT["name"]:
            lines += [inner for name in requirement.extras for inner in expand(name)]
        else:
            lines.append(line)
    return list(dict.fromkeys(lines))


def read_requirements(file: str) -> tuple[set[str], set[str]]:
    """Return the packages of a requirements file, and the files that it includes."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    included = {line.removeprefix("-r ") for line in lines if line.startswith("-r ")}
    return {line for line in lines if line and not line.startswith("-")}, included


@cache
def distributions() -> Mapping[str, list[str]]:
    """Return the distributions that an importable name comes from."""
    return packages_distributions()


def imported_distributions(part: str) -> set[str]:
    """Return the distributions that the installed files of a part of the project import, inside functions too."""
    path = ROOT / part
    modules: set[str] = set()
    files = [path] if path.is_file() else path.rglob("*.py")
    for file in (file for file in files if file.relative_to(ROOT).as_posix() not in NOT_INSTALLED):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(str(node.module).partition(".")[0])
    ours = {name.removesuffix(".py") for name in CODE}
    owners = distributions()
    return {canonicalize_name(owners.get(name, [name])[0]) for name in modules - sys.stdlib_module_names - ours}


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def test_the_library_imports_exactly_the_declared_packages() -> None:
    # safetensors needs numpy to save torch's tensors, but does not ask for it
    assert imported_distributions("vae_models") | {"numpy"} == names(LIBRARY)


@pytest.mark.parametrize(
    ("part", "extra", "others"),
    [
        ("app.py", "app", set()),
        ("vae_faces.py", "app", set()),
        ("faces", "app", set()),
        # parts of gradio, and pywebview for --window only
        (
            "server",
            "app",
            {"anyio", "brotli", "fastapi", "gradio-client", "httpx", "python-multipart", "starlette", "webview"},
        ),
        ("pages", "app", set()),
        ("metrics", "app", {"scikit-learn"}),  # for the command `disentangle` only
        ("train", "dev", {"trackio", "typing-extensions"}),  # for --track trackio only, and for mypy only
    ],
)
def test_each_part_imports_only_the_packages_of_its_extra(part: str, extra: str, others: set[str]) -> None:
    assert imported_distributions(part) <= names(expand(extra)) | others


@pytest.mark.parametrize(
    ("file", "extra"),
    [("requirements-app.txt", "app"), ("requirements.txt", "train"), ("requirements-dev.txt", "dev")],
)
def test_a_requirements_file_and_its_extra_list_the_same_packages(file: str, extra: str) -> None:
    packages, included = read_requirements(file)
    while included:
        more, deeper = read_requirements(included.pop())
        packages |= more
        included |= deeper
    assert packages == set(expand(extra))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Copy the files that a wheel is built from, because a build leaves files beside its sources."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    folder = tmp_path_factory.mktemp("sources")
    copies: dict[str, Path] = {}
    for name in listed:
        if (ROOT / name).is_file() and not name.startswith(("tests/", ".", "docs/")):
            copies[name] = folder / name
            copies[name].parent.mkdir(parents=True, exist_ok=True)
            copies[name].write_bytes((ROOT / name).read_bytes())
    return copies


@pytest.fixture(scope="module")
def wheel(sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    virtualenv.pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(sources["pyproject.toml"].parent))
    (file,) = folder.glob("*.whl")
    return file


@pytest.mark.processes
def test_the_wheel_contains_the_code_its_data_and_the_licence(wheel: Path, sources: dict[str, Path]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        contents = archive.namelist()
        (about,) = [name for name in contents if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(about).decode())
    expected = {name for name in sources if name.startswith((*CODE, "assets/")) and not name.startswith(NOT_INSTALLED)}
    assert {name for name in contents if ".dist-info/" not in name} == expected
    assert {"vae_models/py.typed", "train/model_card/card.md", "assets/weights/vae/model.safetensors"} <= expected
    assert [name for name in contents if name.endswith("licenses/LICENSE")]
    assert (metadata["Name"], metadata["License-Expression"]) == ("vae-faces", "Apache-2.0")
    assert set(metadata.get_all("Provides-Extra", [])) == {"app", "train", "heic", "dev"}


LIBRARY_ALONE = """
import sys, torch, vae_models
from vae_models import Autoencoder
from vae_models.hub import pull
assert vae_models.__file__.startswith(sys.prefix), vae_models.__file__
for source in ("lab/vae-celeba64", sys.argv[1]):
    model = Autoencoder.from_pretrained(source)
    assert model.sample(2, generator=torch.Generator().manual_seed(0)).shape == (2, 3, 64, 64)
model.save_pretrained("mine")
assert Autoencoder.from_pretrained("mine").config == model.config
bundled = pull.pull("bundled")
print(*(pulled.name for pulled in (*bundled.models, *bundled.dials)))
"""


def run(*command: str | Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.processes
def test_an_installed_library_loads_models_from_the_hub_a_folder_and_itself(
    hub: Hub, wheel: Path, tmp_path: Path
) -> None:
    hub.add("lab/vae-celeba64", BUNDLED_FOLDER / "vae")
    python = virtualenv.create(tmp_path / "venv", LIBRARY)
    virtualenv.pip("install", str(wheel), python=python)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = ("-W", "error", "-P", "-c", LIBRARY_ALONE, str(BUNDLED_FOLDER / "vae"))
    done = run(python, *code, folder=elsewhere, **environment(hub.url, tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [*BUNDLED, *BUNDLED_DIALS]
    for command, extra in (("app", "app"), ("train", "train"), ("evaluate", "train")):
        refused = run(python.parent / "vae-faces", command, folder=elsewhere)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"install vae-faces[{extra}]" in refused.stderr


@pytest.fixture(scope="module")
def vae_faces(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the command with the packages of the extras `app` and `train` and no others."""
    python = virtualenv.create(tmp_path_factory.mktemp("installed") / "venv", expand("train"))
    virtualenv.pip("install", str(wheel), python=python)
    return python.parent / "vae-faces"


@pytest.mark.processes
@pytest.mark.parametrize(
    ("arguments", "usage"),
    [
        (["--help"], "usage: vae-faces COMMAND"),
        (["app", "--help"], "usage: vae-faces app "),
        (["train", "--help"], "usage: vae-faces train "),
        (["train", "evaluate", "--help"], "usage: vae-faces train evaluate "),
        (["evaluate", "--help"], "usage: vae-faces evaluate "),
    ],
)
def test_the_installed_command_explains_itself(
    vae_faces: Path, tmp_path: Path, arguments: list[str], usage: str
) -> None:
    done = run(vae_faces, *arguments, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(usage)


@pytest.mark.processes
def test_the_installed_app_serves_its_page_style_scripts_and_samples(vae_faces: Path, tmp_path: Path) -> None:
    with running_app(command=(str(vae_faces), "app"), folder=tmp_path) as app:
        pages = {}
        for path in ("", "page/main.js", "onnxruntime/ort.wasm.bundle.min.mjs", "models/vae/decoder.onnx"):
            with urlopen(app.address + path) as answer:
                pages[path] = answer.read()
        sheets = re.findall(r'href="([^"]+\.css)"', pages[""].decode())
        styles = [urlopen(app.address + sheet).read() for sheet in sheets]
        client = Client(app.address, verbose=False, download_files=str(tmp_path))
        with Image.open(client.predict(5, 1, api_name="/sample")) as samples:
            assert samples.height > len(BUNDLED) * 64
    assert styles == [(ROOT / "assets" / "page" / "style.css").read_bytes()]
    assert pages["page/main.js"] == (ROOT / "assets" / "page" / "main.js").read_bytes()
    assert pages["models/vae/decoder.onnx"] == (BUNDLED_FOLDER / "vae" / "decoder.onnx").read_bytes()
