"""Where the app's models come from."""

from pathlib import Path
from typing import NamedTuple

import torch

from vae_models.autoencoder import WEIGHTS, Autoencoder
from vae_models.catalogue import BUNDLED, RECIPES
from vae_models.names import LatentNames
from vae_models.record import RECORD, TrainingRecord

BUNDLED_FOLDER = Path(__file__).parent.parent / "assets" / "weights"


class Pulled(NamedTuple):
    """A model ready to use, and what is known of it."""

    name: str  # of its folder
    model: Autoencoder
    record: TrainingRecord
    folder: Path | None = None  # where it was read, and what else is known of it may stand
    names: LatentNames = LatentNames()


def pull(*sources: str) -> tuple[Pulled, ...]:
    """The models of `sources`: each "bundled", one result folder of the trainer, or a folder of such folders.

    They come once each, in the catalogue's order, and by beta within a recipe. Raises FileNotFoundError where there
    are none, and what loading raises where a model is damaged.
    """
    folders = {folder.resolve(): folder for source in sources for folder in _folders(source)}
    return tuple(sorted((_read(folder) for folder in folders.values()), key=_place))


def _folders(source: str) -> list[Path]:
    return _bundled_folders() if source == "bundled" else _result_folders(Path(source))


def _read(folder: Path) -> Pulled:
    # channels last: the layout in which the processor's convolutions run without rearranging (benchmarks.app_latency)
    model = Autoencoder.from_pretrained(folder).to(memory_format=torch.channels_last)
    names = LatentNames.read(folder, model.config.latent_dim)
    return Pulled(folder.resolve().name, model, TrainingRecord.read(folder), folder, names)


def _place(pulled: Pulled) -> tuple[int, float, float, str]:
    objective = pulled.record.objective
    return RECIPES.index(pulled.record.recipe), objective.kl, objective.tc, pulled.name


def _bundled_folders() -> list[Path]:
    if not BUNDLED_FOLDER.is_dir():  # an installed package: the weights stay in the project's folder
        raise FileNotFoundError("No models are bundled with an installed package: name a folder of models instead")
    return [BUNDLED_FOLDER / name for name in BUNDLED]


def _result_folders(place: Path) -> list[Path]:
    if not place.is_dir():
        raise FileNotFoundError(
            f"There is no folder {place}: models are 'bundled', a result folder of the trainer, or a folder of them"
        )
    candidates = [place, *sorted(place.iterdir())]
    found = [folder for folder in candidates if (folder / WEIGHTS).is_file() and (folder / RECORD).is_file()]
    if not found:
        raise FileNotFoundError(f"{place} holds no finished model: {WEIGHTS} and {RECORD} stand side by side in one")
    return found
