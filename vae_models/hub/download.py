"""Download models from the Hugging Face Hub into its cache on this machine.

Files are streamed by huggingface_hub's client instead of `hf_hub_download`: that repeats failed requests for up to
23 seconds and reports progress every 10 MB, and nobody outside can tell slow from stuck.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined]

from vae_models.files.names import WEIGHTS
from vae_models.hub import cache, watchdog
from vae_models.hub.cache import OPTIONAL_FILES, REQUIRED_FILES, StoredModel
from vae_models.hub.errors import RefusedError, is_broken_connection, reason, seconds_to_wait
from vae_models.hub.source import Namespace, Origin
from vae_models.hub.watchdog import GivenUpError, Watchdog

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
ATTEMPTS = 2  # at a file that arrives damaged, or whose connection breaks off

T = TypeVar("T")


class Download:
    """Download one model. Run it in a thread: the outcome is in its attributes, as the thread may be abandoned."""

    def __init__(self, repository: str, revision: str | None, watch: Watchdog) -> None:
        self.repository, self.revision = repository, revision
        self.origin = Origin("hub", repository)
        self.model: StoredModel | None = None  # set as soon as all required files are there
        self.error: Exception | None = None
        self._watch = watch
        self._damaged: list[str] = []  # optional files
        self._complete = False

    def run(self) -> None:
        """Download the model. Raises nothing."""
        try:
            self._run()
        except Exception as error:  # reported by the thread that waits
            if not self._watch.given_up:  # later errors only come from the abandoned connection
                self.error = error

    def _run(self) -> None:
        info = self._with_retries(
            lambda: HfApi().model_info(
                self.repository, revision=self.revision, files_metadata=True, timeout=watchdog.PATIENCE
            )
        )
        digests = {file.rfilename: file.lfs.sha256 if file.lfs else file.blob_id for file in info.siblings or ()}
        self.origin = self.origin._replace(commit=info.sha)
        _require_loadable(digests)
        files = [self._fetch(name, digests[name]) for name in REQUIRED_FILES]
        self.model = StoredModel(files[0].parent, self.origin)
        for name in OPTIONAL_FILES:
            if name in digests:
                self._fetch_optional(name, digests[name])
        self._complete = True

    def _fetch_optional(self, name: str, digest: str | None) -> None:
        try:
            self._fetch(name, digest)
        except RefusedError:
            self._damaged.append(name)

    def _fetch(self, name: str, digest: str | None) -> Path:
        """Return the path of a file, downloaded if the cache does not have it.

        Raises RefusedError if it arrives damaged each time.
        """
        file = cache.snapshot_folder(self.repository, str(self.origin.commit)) / name
        if file.is_file():
            if cache.is_intact(file, digest):
                return file
            cache.discard(file)
        blob = cache.find_blob(self.repository, digest)
        for attempt in range(ATTEMPTS):
            if blob is None:
                blob = self._download(name, digest, last=attempt + 1 == ATTEMPTS)
        if blob is None:
            raise RefusedError(f"{name} came damaged, twice")
        cache.link(file, blob)
        return file

    def _download(self, name: str, digest: str | None, *, last: bool) -> Path | None:
        """Download a file's contents; return None if they are damaged or, before the last attempt, incomplete."""
        try:
            return self._with_retries(lambda: cache.write_blob(self.repository, digest, self._stream(name)))
        except Exception as error:
            if last or not is_broken_connection(error):
                raise
            return None

    def _stream(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file as they arrive."""
        url = hf_hub_url(self.repository, name, revision=self.origin.commit)
        with get_session().stream(
            "GET", url, headers=build_hf_headers(), timeout=watchdog.PATIENCE, follow_redirects=True
        ) as response:
            if response.status_code >= 400:
                response.read()  # the error's message
            hf_raise_for_status(response)
            for chunk in response.iter_bytes():
                self._report_progress()
                yield chunk

    def _with_retries(self, ask: Callable[[], T]) -> T:
        """Ask again if the Hub is busy and may still answer in time."""
        while True:
            try:
                answer = ask()
            except HfHubHTTPError as error:
                wait = seconds_to_wait(error)
                if wait is None or self._watch.silence() + wait > watchdog.PATIENCE:
                    raise
                self.error = error  # the reason, if the download is given up while it waits
                time.sleep(wait)
            else:
                self.error = None
                self._report_progress()
                return answer

    def _report_progress(self) -> None:
        if self._watch.given_up:
            raise GivenUpError  # nobody waits for this thread any more
        self._watch.on_progress()

    def result(self) -> StoredModel:
        """Return the downloaded model. Raises the error that ended the download if required files are missing."""
        if self.model is None:
            raise self.error or GivenUpError()
        return self.model

    def warnings(self) -> list[str]:
        """List the optional files that could not be downloaded."""
        warnings = [f"{name} came damaged, twice, and is left out" for name in self._damaged]
        if self.model is not None and not self._complete:
            warnings.append(f"{reason(self.error or GivenUpError())}: files shown with the model may be missing")
        return warnings

    def from_cache(self) -> StoredModel | None:
        """Return the cached model to use instead; None if there is none."""
        folder = cache.cached_folder(self.repository, self.revision)
        if self.model is not None and folder == self.model.folder:
            return None  # it was downloaded just now, and could not be loaded
        return cache.load_cached(self.repository, self.revision)

    def remember(self) -> None:
        """Let the cache know that this commit is the revision, for starts without the Hub."""
        cache.remember_revision(self.repository, self.revision, str(self.origin.commit))


def list_models(namespace: Namespace) -> list[str]:
    """List the names of a namespace's models on the Hub. Raises huggingface_hub's errors."""
    response = get_session().get(
        f"{constants.ENDPOINT}/api/models",
        params={"author": namespace.name, "search": namespace.repository("").rpartition("/")[2], "limit": 1000},
        headers=build_hf_headers(),
        timeout=watchdog.PATIENCE,  # HfApi.list_models has none
    )
    hf_raise_for_status(response)
    return [model for entry in response.json() if (model := namespace.model(entry["id"]))]


def _require_loadable(files: dict[str, str | None]) -> None:
    if WEIGHTS not in files:
        pickles = [name for name in files if name.endswith(PICKLES)]
        if pickles:
            raise RefusedError(f"it has only {pickles[0]}, a pickle, which may run code when it is loaded: refused")
    for name in REQUIRED_FILES:
        if name not in files:
            raise RefusedError(f"it has no {name}")
