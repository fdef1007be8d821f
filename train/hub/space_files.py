"""The files of a Space: what the app needs of this project's git repository, and nothing else."""

import subprocess
from pathlib import Path, PurePosixPath

from train.errors import UserError
from train.hub import space_card
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.files.names import CARD, CONFIG, DECODER, DENSITIES, ENCODER, FILM, LATENTS, RECORD, WEIGHTS
from vae_models.hub.source import Namespace

ROOT = Path(__file__).parents[2]
REQUIREMENTS = "requirements-app.txt"
ALONE = ("app.py", "LICENSE", REQUIREMENTS)  # files of the top folder
CODE = ("faces", "metrics", "pages", "server", "vae_models")  # Python files and citations of these are sent
ASSETS = "assets"
NETWORKS = "faces/models"  # of the face finder
NOT_SENT = (  # for the trainer, the README and the checks of the JavaScript
    "metrics/disentanglement",
    "assets/.npmrc",
    "assets/biome.json",
    "assets/figures",
    "assets/film.webp",
    "assets/package-lock.json",
    "assets/package.json",
    "assets/screenshot.png",
    "assets/site",
    "assets/tsconfig.json",
)
MODELS = "assets/weights"  # sent only if the Space has its own models
MODEL_FILES = (CONFIG, WEIGHTS, RECORD, DECODER, ENCODER, DENSITIES, LATENTS, FILM)  # read by the app or its page
LARGEST = 10_000_000  # bytes of a file outside LFS


def files(namespace: Namespace | None, repositories: list[str]) -> dict[str, bytes]:
    """Return the contents of a Space's files by name.

    The Space shows the models in `repositories`, of `namespace`; None: its own. Raises UserError if this is no git
    checkout, or a file is too large.
    """
    names = [name for name in _git("ls-files", "-z") if _is_sent(name, own_models=namespace is None)]
    if "app.py" not in names:
        raise _no_checkout()
    contents = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}
    requirements = contents.pop(REQUIREMENTS)
    contents["requirements.txt"] = requirements
    preload = repositories if namespace and namespace.revision is None else []
    contents[CARD] = space_card.render(requirements.decode(), repositories, preload).encode()
    for name, data in contents.items():
        if len(data) > LARGEST:
            raise UserError(
                f"{name} has {len(data) / 1e6:.1f} MB, and a Space accepts 10 MB outside LFS: push the models, and "
                "show them with --models hub:NAMESPACE"
            )
    return dict(sorted(contents.items()))


def uncommitted(namespace: Namespace | None) -> list[str]:
    """List files of a Space that are changed, deleted or untracked. Raises UserError if this is no git checkout."""
    entries = _git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    names = [entry[3:] for entry in entries]  # after the two letters of its state
    return sorted(name for name in names if _is_sent(name, own_models=namespace is None))


def bundled_repositories(namespace: Namespace | None) -> list[str]:
    """Return the repositories of a namespace for models with the bundled names, in the order of the page's columns.

    Those of the dials are last.
    """
    return [namespace.repository(name) for name in (*BUNDLED, *BUNDLED_DIALS)] if namespace else []


def _is_sent(name: str, *, own_models: bool) -> bool:
    path = PurePosixPath(name)
    if name in ALONE:
        return True
    if any(path.is_relative_to(folder) for folder in NOT_SENT):
        return False
    if path.is_relative_to(MODELS):
        is_bundled = path.parent.name in (*BUNDLED, *BUNDLED_DIALS) and path.name in MODEL_FILES
        return own_models and (is_bundled or name == f"{MODELS}/LICENSE.md")
    if path.parts[0] == ASSETS or path.is_relative_to(NETWORKS):
        return path.suffix != ".py"
    return path.parts[0] in CODE and path.suffix in (".py", ".bib")


def _git(*arguments: str) -> list[str]:
    """Run git in the project's folder; return its output, which is separated by NUL."""
    try:
        output = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise _no_checkout() from error
    return [entry for entry in output.decode().split("\0") if entry]


def _no_checkout() -> UserError:
    return UserError("`space` sends files of a git checkout: clone the project and run it there, with git installed")
