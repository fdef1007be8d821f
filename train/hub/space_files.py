"""The Space's files: what the page needs of this project, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

from train.commands.space_config import SpaceConfig
from train.finished import CONFIG
from train.hub import imports, space_card
from train.model_card.card import CARD
from vae_models.autoencoder import WEIGHTS
from vae_models.catalogue import BUNDLED
from vae_models.files.density_file import DENSITIES
from vae_models.files.latent_names import NAMES
from vae_models.files.onnx_files import DECODER
from vae_models.files.training_record import RECORD

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements-app.txt"
PROGRAM = ROOT / "app.py"
ASSETS = "assets"
BUNDLED_FOLDER = "weights"
OF_A_MODEL = (CONFIG, WEIGHTS, RECORD, DECODER, DENSITIES, NAMES)  # what the page reads
OF_THE_README = ("screenshot.png", "figures")
LARGEST = 10_000_000  # bytes of a file outside LFS


def files(config: SpaceConfig) -> dict[str, bytes]:
    """Contents by name. Raises ValueError where a file is too large, FileNotFoundError where one is missing."""
    found = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in _paths(own=config.models is None)}
    requirements = REQUIREMENTS.read_text()
    found["requirements.txt"] = requirements.encode()
    models = repositories(config)
    preload = models if config.revision() is None else []
    found[CARD] = space_card.render(requirements, models, preload).encode()
    for name, data in found.items():
        if len(data) > LARGEST:
            raise ValueError(
                f"{name} has {len(data) / 1e6:.1f} MB, and a Space takes 10 outside LFS: push the models, and show "
                "them with --models hub:NAMESPACE"
            )
    return dict(sorted(found.items()))


def repositories(config: SpaceConfig) -> list[str]:
    """The models on the Hub that the Space shows, in the order of its columns."""
    return [f"{config.namespace()}/{name}-celeba64" for name in BUNDLED] if config.models else []


def _paths(*, own: bool) -> Iterator[Path]:
    yield from imports.reached(PROGRAM, ROOT)
    yield ROOT / "LICENSE"
    weights = ROOT / ASSETS / BUNDLED_FOLDER
    for path in (ROOT / ASSETS).rglob("*"):
        shown = path.relative_to(ROOT / ASSETS).parts[0] not in OF_THE_README
        fits = path.is_file() and path.suffix not in (".py", ".pyc") and shown
        if fits and not path.name.startswith(".") and weights not in path.parents:
            yield path
    if own:
        yield weights / "LICENSE.md"
        for name in BUNDLED:
            yield from (path for path in (weights / name / file for file in OF_A_MODEL) if path.is_file())
