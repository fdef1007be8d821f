"""Models of the Hugging Face Hub, fetched into its cache on this machine."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError

from vae_models.autoencoder import WEIGHTS
from vae_models.config import CONFIG
from vae_models.hub.cache import FURTHER, NEEDED, Found, cached, cached_folder, discard, is_whole
from vae_models.hub.errors import RefusedError, busy, reason, retry_after, status
from vae_models.hub.source import Origin
from vae_models.hub.watchdog import PATIENCE, GivenUpError, Pulse, listen

MAIN = "main"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")

T = TypeVar("T")


class Fetch:
    """One model on its way from the Hub into the Hub's cache.

    `run` is meant for a thread that may be given up: whatever it came to stands in the fields.
    """

    def __init__(self, repository: str, revision: str | None) -> None:
        self.repository, self.revision = repository, revision
        self.pulse = Pulse()
        self.origin = Origin("hub", repository)
        self.found: Found | None = None  # once all that is needed is there
        self.lacking: list[str] = []  # what else came damaged, and is left out
        self.complete = False
        self.error: Exception | None = None

    def run(self) -> None:
        """Fetch it. Raises nothing."""
        try:
            self._fetch()
        except Exception as error:  # a thread's end: the error is told by whoever started it
            if not self.pulse.given_up:  # what comes later is only how the thread ended
                self.error = error

    def _fetch(self) -> None:
        info = self._patiently(
            lambda: HfApi().model_info(self.repository, revision=self.revision, files_metadata=True, timeout=PATIENCE)
        )
        digests = {
            sibling.rfilename: sibling.lfs.sha256 if sibling.lfs else sibling.blob_id for sibling in info.siblings or ()
        }
        self.origin = self.origin._replace(commit=info.sha)
        _require_loadable(digests)
        files = [self._file(name, digests[name]) for name in NEEDED]
        self.found = Found(files[0].parent, self.origin)
        for name in FURTHER:
            if name in digests:
                self._further(name, digests[name])
        self.complete = True

    def _file(self, name: str, digest: str | None) -> Path:
        """A file, whole: fetched once more where it is not. Raises RefusedError where that does not help."""
        file = self._download(name, again=False)
        if not is_whole(file, digest):
            file = self._download(name, again=True)
        if not is_whole(file, digest):
            discard(file)
            raise RefusedError(f"{name} came damaged, twice")
        return file

    def _further(self, name: str, digest: str | None) -> None:
        try:
            self._file(name, digest)
        except RefusedError:
            self.lacking.append(name)

    def _download(self, name: str, again: bool) -> Path:
        file = self._patiently(
            lambda: hf_hub_download(
                self.repository,
                name,
                revision=self.origin.commit,
                force_download=again,
                tqdm_class=self.pulse.bar(),
            )
        )
        self.pulse.beat()
        return Path(file)

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask again where the Hub is busy and may still answer in time."""
        while True:
            listen()
            try:
                return ask()
            except HfHubHTTPError as error:
                wait = busy(error)
                if wait is None or self.pulse.silence() + wait > PATIENCE:
                    raise
            time.sleep(wait)

    def result(self) -> Found:
        """What came. Raises what went wrong where it was not enough."""
        if self.found is not None:
            return self.found
        raise self.error or self._given_up()

    def _given_up(self) -> Exception:
        refusal = self.pulse.refusal
        if refusal is None:
            return GivenUpError()
        return RefusedError(status(refusal.status_code, retry_after(refusal)))

    def notes(self) -> list[str]:
        """What is missing of a model that came all the same."""
        notes = [f"{name} came damaged, twice, and is left out" for name in self.lacking]
        if self.found is not None and not self.complete:
            why = reason(self.error or self._given_up())
            notes.append(f"{why}: what the page shows beside the model may be missing")
        return notes

    def from_cache(self) -> Found | None:
        """What the cache has in its place."""
        folder = cached_folder(self.repository, self.revision)
        if self.found is not None and folder == self.found.folder:
            return None  # that came from the Hub, and was not good enough
        return cached(self.repository, self.revision)

    def is_remembered(self) -> bool:
        """Whether the cache knows that what came is what the revision stands for."""
        return self.found is not None and cached_folder(self.repository, self.revision) == self.found.folder

    def remember(self) -> None:
        """Let the cache know it, for when the Hub cannot be asked. Raises nothing: nobody waits for it.

        Only a download by the revision's name makes huggingface_hub write down what the name stands for.
        """
        listen()
        with suppress(Exception):
            hf_hub_download(self.repository, CONFIG, revision=self.revision or MAIN)


def _require_loadable(files: dict[str, str | None]) -> None:
    if WEIGHTS not in files:
        pickles = [name for name in files if name.endswith(PICKLES)]
        if pickles:
            raise RefusedError(f"it has only {pickles[0]}, a pickle, which may run code when it is loaded: refused")
    for name in NEEDED:
        if name not in files:
            raise RefusedError(f"it has no {name}")
