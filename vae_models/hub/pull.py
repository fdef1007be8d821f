"""Where the app's models come from: the Hub, its cache on this machine, the bundled weights, or a folder."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch

from vae_models.autoencoder import WEIGHTS, Autoencoder
from vae_models.catalogue import BUNDLED, RECIPES
from vae_models.config import CONFIG, ModelConfig
from vae_models.files.latent_names import LatentNames
from vae_models.files.training_record import RECORD, TrainingRecord
from vae_models.hub.cache import Found
from vae_models.hub.download import Fetch
from vae_models.hub.errors import RefusedError, reason
from vae_models.hub.namespace import HUB, Namespace
from vae_models.hub.source import Failure, Origin
from vae_models.hub.watchdog import Pulse, side_by_side

BUNDLED_FOLDER = Path(__file__).parents[2] / "assets" / "weights"

Find = tuple[Origin, Callable[[], Found | None]]  # a place, and what looks there; None where there is nothing


class Pulled(NamedTuple):
    """A model ready to use, and what is known of it."""

    name: str  # of its folder
    model: Autoencoder
    record: TrainingRecord
    folder: Path | None = None  # where it was read, and what else is known of it may stand
    names: LatentNames = LatentNames()
    origin: Origin = Origin("folder")


class Loaded(NamedTuple):
    """The models that could be loaded, and what could not."""

    models: tuple[Pulled, ...]
    failures: tuple[Failure, ...] = ()  # also of models that then came from elsewhere

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of models that came from nowhere."""
        there = {pulled.name for pulled in self.models}
        return tuple(dict.fromkeys(failure.name for failure in self.failures if failure.name not in there))

    def all_of_them(self) -> tuple[Pulled, ...]:
        """The models, for what would say something else without one. Raises ValueError where one is missing."""
        if self.missing:
            raise ValueError("; ".join(str(failure) for failure in self.failures))
        return self.models


def pull(*sources: str) -> Loaded:
    """The models of `sources`, once each, in the catalogue's order, and by beta within a recipe; and what could not be
    loaded. A source is

    "bundled"                  those of assets/weights
    "hub:NAMESPACE[@REVISION]" those of the Hub; what cannot be had there comes from its cache on this machine, and
                               what is not there either, from the bundled ones
    anything else              one result folder of the trainer, or a folder of such folders

    Raises FileNotFoundError where there is no such folder or nothing in it, ValueError where nothing could be loaded
    and for a source that cannot be understood.
    """
    parts = [_from(source) for source in sources]
    failures = tuple(failure for part in parts for failure in part.failures)
    models = {pulled.folder: pulled for part in parts for pulled in part.models}
    if not models:
        reasons = dict.fromkeys(failure.reason for failure in failures)
        raise ValueError(f"No model of {' '.join(sources)} could be loaded: {'; '.join(reasons)}")
    return Loaded(tuple(sorted(models.values(), key=_place)), failures)


def _from(source: str) -> Loaded:
    return _from_hub(Namespace.parse(source)) if source.startswith(HUB) else _from_folders(source)


def _from_folders(source: str) -> Loaded:
    if source == "bundled":
        found = [Found(folder, Origin("bundled")) for folder in _bundled_folders()]
    else:
        found = [Found(folder.resolve(), Origin("folder")) for folder in _result_folders(Path(source))]
    return _gathered(_load(each.folder.resolve().name, [(each.origin, partial(_same, each))]) for each in found)


def _from_hub(namespace: Namespace) -> Loaded:
    fetches = {name: Fetch(namespace.repository(name), namespace.revision) for name in BUNDLED}
    side_by_side([(fetch.pulse, fetch.run) for fetch in fetches.values()])
    loaded = _gathered(_load(name, _places(name, fetch)) for name, fetch in fetches.items())
    came = {pulled.name: fetches[pulled.name] for pulled in loaded.models if pulled.origin.place == "hub"}
    # only now: a start without the Hub shall find what could be loaded, not what came last
    side_by_side([(Pulse(), fetch.remember) for fetch in came.values() if not fetch.is_remembered()])
    notes = tuple(Failure(name, fetch.origin, note) for name, fetch in came.items() for note in fetch.notes())
    return loaded._replace(failures=loaded.failures + notes)


def _places(name: str, fetch: Fetch) -> list[Find]:
    """Where a model may be, best first."""
    folder = BUNDLED_FOLDER / name
    bundled = Found(folder, Origin("bundled")) if folder.is_dir() else None
    return [
        (fetch.origin, fetch.result),
        (Origin("cache", fetch.repository), fetch.from_cache),
        (Origin("bundled"), partial(_same, bundled)),
    ]


def _same(found: Found | None) -> Found | None:
    return found


def _gathered(results: Iterable[tuple[Pulled | None, list[Failure]]]) -> Loaded:
    models, failures = zip(*results, strict=True)
    return Loaded(
        tuple(sorted((pulled for pulled in models if pulled is not None), key=_place)),
        tuple(failure for several in failures for failure in several),
    )


def _load(name: str, places: list[Find]) -> tuple[Pulled | None, list[Failure]]:
    """The model of the first place that has it, and why those before it did not give it."""
    failures: list[Failure] = []
    for origin, find in places:
        found = None
        try:
            found = find()
            if found is not None:
                return _read(name, found), failures
        except Exception as error:  # whatever is wrong with one model, the others are shown
            said = reason(error)
            # the page tells nobody what the folders of this machine are called
            failures.append(Failure(name, origin, said.replace(f"{found.folder}{os.sep}", "") if found else said))
    return None, failures


def _read(name: str, found: Found) -> Pulled:
    folder = found.folder
    if (folder / CONFIG).is_file():
        ModelConfig.read(folder / CONFIG)  # first: the mixin says less of what is wrong with it
    # channels last: the layout in which the processor's convolutions run without rearranging (benchmarks.app_latency)
    model = Autoencoder.from_pretrained(folder).to(memory_format=torch.channels_last)
    record = TrainingRecord.read(folder)
    size = model.config.latent_dim
    if record.recipe not in RECIPES:
        raise RefusedError(f"{RECORD} names a recipe that this version does not know: {record.recipe!r}")
    if any(len(values) != size for values in record.latents.values()):
        raise RefusedError(f"{RECORD} is of another model: this one has {size} latent dimensions")
    return Pulled(name, model, record, folder, LatentNames.read(folder, size), found.origin)


def _place(pulled: Pulled) -> tuple[int, float, int, str]:
    return *pulled.record.sort_key, pulled.model.config.latent_dim, pulled.name


def _bundled_folders() -> list[Path]:
    if not BUNDLED_FOLDER.is_dir():  # an installed package: the weights stay in the project's folder
        raise FileNotFoundError(
            "No models are bundled with an installed package: name a folder of models, or hub:NAMESPACE, instead"
        )
    return [BUNDLED_FOLDER / name for name in BUNDLED]


def _result_folders(place: Path) -> list[Path]:
    if not place.is_dir():
        raise FileNotFoundError(
            f"There is no folder {place}: models are 'bundled', 'hub:NAMESPACE', a result folder of the trainer, "
            "or a folder of them"
        )
    candidates = [place, *sorted(place.iterdir())]
    found = [folder for folder in candidates if (folder / WEIGHTS).is_file() and (folder / RECORD).is_file()]
    if not found:
        raise FileNotFoundError(f"{place} holds no finished model: {WEIGHTS} and {RECORD} stand side by side in one")
    return found
