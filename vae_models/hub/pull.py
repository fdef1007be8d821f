"""Load the app's models: from the Hub, its cache on this machine, the bundled weights, or a folder."""

import os
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch

from vae_models.autoencoder import Autoencoder
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS, DIALS, RECIPES
from vae_models.conditional import Dial
from vae_models.config import DialConfig, ModelConfig, read_config
from vae_models.files.latent_names import LatentNames
from vae_models.files.names import CONFIG, RECORD, WEIGHTS
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.cache import StoredModel, cached_models
from vae_models.hub.download import Download, list_models
from vae_models.hub.errors import RefusedError, reason
from vae_models.hub.source import HUB, Failure, Namespace, Origin
from vae_models.hub.watchdog import Watchdog

BUNDLED_FOLDER = Path(__file__).parents[2] / "assets" / "weights"

ALONE = "name a folder in which models of one beta are beside it"
Lookup = tuple[Origin, Callable[[], StoredModel | None]]  # a source, and a function that looks there for a model


class Pulled(NamedTuple):
    """A model that is ready to use, and its description."""

    name: str  # of its folder
    model: Autoencoder
    record: TrainingRecord
    folder: Path | None = None  # with the model's files; None: it was not read from files
    names: LatentNames = LatentNames()
    origin: Origin = Origin("folder")


class PulledDial(NamedTuple):
    """One network for every beta that is ready to use, and its description."""

    dial: Dial
    at_one: Pulled  # its ordinary model of beta 1; name, record, files, names of dimensions and origin are the dial's

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.at_one.name

    def at(self, beta: float) -> Pulled:
        """Return the ordinary model of one beta. Raises ValueError as `Dial.at` does.

        Its record has the objective of this beta; the scores of the record are not known at every beta.
        """
        record = self.at_one.record
        described = replace(record, objective=record.objective_at(beta), scores={}, latents={}, typicality={})
        return self.at_one._replace(model=self.dial.at(beta), record=described)


class Loaded(NamedTuple):
    """The models that could be loaded, and the failures."""

    models: tuple[Pulled, ...]  # of one beta each
    failures: tuple[Failure, ...] = ()  # also of models that were then loaded from another source
    dials: tuple[PulledDial, ...] = ()

    @property
    def with_dials(self) -> tuple[Pulled, ...]:
        """Models of one beta, and after them those of beta 1 of the dials: one for each folder."""
        return (*self.models, *(pulled.at_one for pulled in self.dials))

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the models and dials that no source provided."""
        present = {pulled.name for pulled in self.with_dials}
        return tuple(dict.fromkeys(failure.name for failure in self.failures if failure.name not in present))

    def require_all(self) -> tuple[Pulled, ...]:
        """Return the models of one beta each; raise ValueError if any model is missing."""
        if self.missing:
            raise ValueError("; ".join(str(failure) for failure in self.failures))
        return self.models


def pull(*sources: str) -> Loaded:
    """Load the models of `sources`, each once, in the catalogue's order and by beta within a recipe, and the dials.

    A source is one of

    "bundled"                   the models and dials in assets/weights
    "hub:NAMESPACE[@REVISION]"  the namespace's models of CelebA on the Hub. A model that cannot be downloaded is loaded
                                from the Hub's cache on this machine, else from the bundled weights. If the Hub does not
                                list the namespace's models, these are the cached and the bundled ones.
    another string              a result folder of the trainer, or a folder of such folders

    Raises:
        FileNotFoundError: if a folder does not exist or holds no model.
        ValueError: if no model of one beta could be loaded, or a source cannot be understood.
    """
    parts = [_load_source(source) for source in sources]
    failures = tuple(failure for part in parts for failure in part.failures)
    models = {pulled.folder: pulled for part in parts for pulled in part.models}
    dials = {pulled.at_one.folder: pulled for part in parts for pulled in part.dials}
    if not models:
        only_dials = [f"{pulled.name} is one network for every beta: {ALONE}" for pulled in dials.values()]
        reasons = dict.fromkeys((*only_dials, *(failure.reason for failure in failures)))
        raise ValueError(f"No model of {' '.join(sources)} could be loaded: {'; '.join(reasons)}")
    return _sort(models.values(), dials.values(), failures)


def _load_source(source: str) -> Loaded:
    return _load_hub(Namespace.parse(source)) if source.startswith(HUB) else _load_folders(source)


def _load_folders(source: str) -> Loaded:
    if source == "bundled":
        stored = [StoredModel(folder, Origin("bundled")) for folder in _bundled_folders()]
    else:
        stored = [StoredModel(folder.resolve(), Origin("folder")) for folder in _result_folders(Path(source))]
    return _collect(_load(each.folder.resolve().name, [(each.origin, partial(_return, each))]) for each in stored)


def _load_hub(namespace: Namespace) -> Loaded:
    downloads = _download(namespace)
    loaded = _collect(_load(name, _lookups(name, download)) for name, download in downloads.items())
    from_hub = {pulled.name: downloads[pulled.name] for pulled in loaded.with_dials if pulled.origin.source == "hub"}
    for download in from_hub.values():  # only now: a start without the Hub shall get a commit that could be loaded
        download.remember()
    warnings = tuple(
        Failure(name, download.origin, warning)
        for name, download in from_hub.items()
        for warning in download.warnings()
    )
    return loaded._replace(failures=loaded.failures + warnings)


def _download(namespace: Namespace) -> dict[str, Download]:
    """Download a namespace's models at the same time, and those that may be there while the Hub lists them."""
    watch, downloads = Watchdog(), dict[str, Download]()
    listed: list[str] = []

    def start(names: Iterable[str]) -> None:
        for name in names:
            if name not in downloads:
                downloads[name] = Download(namespace.repository(name), namespace.revision, watch)
                watch.start(downloads[name].run)

    def start_listed() -> None:
        with suppress(Exception):  # the other threads meet the same fault, and report it
            listed.extend(list_models(namespace))
            watch.on_progress()
            start(listed)

    start(dict.fromkeys((*BUNDLED, *BUNDLED_DIALS, *cached_models(namespace))))
    watch.start(start_listed)
    watch.wait()
    return {
        name: download
        for name, download in list(downloads.items())
        if not listed or name in listed or download.model is not None
    }


def _lookups(name: str, download: Download) -> list[Lookup]:
    """List the sources of a model, best first."""
    folder = BUNDLED_FOLDER / name
    bundled = StoredModel(folder, Origin("bundled")) if folder.is_dir() else None
    return [
        (download.origin, download.result),
        (Origin("cache", download.repository), download.from_cache),
        (Origin("bundled"), partial(_return, bundled)),
    ]


def _return(stored: StoredModel | None) -> StoredModel | None:
    return stored


def _collect(results: Iterable[tuple[Pulled | PulledDial | None, list[Failure]]]) -> Loaded:
    loaded, failures = zip(*results, strict=True)
    models = [pulled for pulled in loaded if isinstance(pulled, Pulled)]
    dials = [pulled for pulled in loaded if isinstance(pulled, PulledDial)]
    return _sort(models, dials, tuple(failure for several in failures for failure in several))


def _sort(models: Iterable[Pulled], dials: Iterable[PulledDial], failures: tuple[Failure, ...]) -> Loaded:
    by_name = sorted(dials, key=lambda pulled: (list(DIALS).index(pulled.at_one.record.recipe), pulled.name))
    return Loaded(tuple(sorted(models, key=_sort_key)), failures, tuple(by_name))


def _load(name: str, lookups: list[Lookup]) -> tuple[Pulled | PulledDial | None, list[Failure]]:
    """Load a model from the first source that has it; return the failures of those before."""
    failures: list[Failure] = []
    for origin, look_up in lookups:
        stored = None
        try:
            stored = look_up()
            if stored is not None:
                return _read(name, stored), failures
        except Exception as error:  # whatever is wrong with one model, the others are shown
            text = reason(error)
            if stored is not None:  # the page does not show the folder names of this machine
                text = text.replace(f"{stored.folder}{os.sep}", "")
            failures.append(Failure(name, origin, text))
    return None, failures


def _read(name: str, stored: StoredModel) -> Pulled | PulledDial:
    folder = stored.folder
    # first: its messages are clearer than the mixin's
    config = read_config(folder / CONFIG) if (folder / CONFIG).is_file() else ModelConfig()
    # channels last: the layout in which the processor's convolutions run without rearranging (benchmarks.app_latency)
    if isinstance(config, DialConfig):
        dial = Dial.from_pretrained(folder).to(memory_format=torch.channels_last)
        return PulledDial(dial, _describe(name, dial.at(1), stored, DIALS))
    model = Autoencoder.from_pretrained(folder).to(memory_format=torch.channels_last)
    return _describe(name, model, stored, RECIPES)


def _describe(name: str, model: Autoencoder, stored: StoredModel, recipes: Collection[str]) -> Pulled:
    record = TrainingRecord.read(stored.folder)
    size = model.config.latent_dim
    if record.recipe not in recipes:
        raise RefusedError(f"{RECORD} names a recipe that this version does not know: {record.recipe!r}")
    if any(len(values) != size for values in record.latents.values()):
        raise RefusedError(f"{RECORD} is of another model: this one has {size} latent dimensions")
    return Pulled(name, model, record, stored.folder, LatentNames.read(stored.folder, size), stored.origin)


def _sort_key(pulled: Pulled) -> tuple[int, float, int, str]:
    return *pulled.record.sort_key, pulled.model.config.latent_dim, pulled.name


def _bundled_folders() -> list[Path]:
    if not BUNDLED_FOLDER.is_dir():
        raise FileNotFoundError(
            "The bundled models are missing from this installation: install it again, or name a folder of models or "
            "hub:NAMESPACE"
        )
    return [BUNDLED_FOLDER / name for name in (*BUNDLED, *BUNDLED_DIALS)]


def _result_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(
            f"There is no folder {folder}: models are 'bundled', 'hub:NAMESPACE', a result folder of the trainer, "
            "or a folder of them"
        )
    candidates = [folder, *sorted(folder.iterdir())]
    folders = [each for each in candidates if (each / WEIGHTS).is_file() and (each / RECORD).is_file()]
    if not folders:
        raise FileNotFoundError(f"{folder} holds no finished model, which has {WEIGHTS} and {RECORD} in one folder")
    return folders
