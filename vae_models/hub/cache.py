"""Models in the Hub's cache on this machine: find them, check them, and add files.

The layout is huggingface_hub's: models--NAMESPACE--NAME/ has blobs/DIGEST, the contents; snapshots/COMMIT/FILE, links
to them; refs/REVISION, the commit that a branch or tag names.
"""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha1, sha256
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from huggingface_hub import constants, try_to_load_from_cache
from huggingface_hub.file_download import repo_folder_name

from vae_models.files.names import CONFIG, DECODER, DENSITIES, ENCODER, FILM, LATENTS, RECORD, SAMPLES, WEIGHTS
from vae_models.hub.errors import RefusedError
from vae_models.hub.source import Namespace, Origin

REQUIRED_FILES = (CONFIG, RECORD, WEIGHTS)
OPTIONAL_FILES = (LATENTS, DENSITIES, DECODER, ENCODER, SAMPLES, FILM)  # shown by the app if they are there
MAIN = "main"


class StoredModel(NamedTuple):
    """A folder with a model's files, and their origin."""

    folder: Path
    origin: Origin


def cached_folder(repository: str, revision: str | None) -> Path | None:
    """Return the cache's folder of this revision if it has all required files, else None."""
    paths = [try_to_load_from_cache(repository, name, revision=revision) for name in REQUIRED_FILES]
    files = [Path(path) for path in paths if isinstance(path, str)]
    return files[0].parent if len(files) == len(REQUIRED_FILES) else None


def load_cached(repository: str, revision: str | None) -> StoredModel | None:
    """Return the cached model of this revision; None if there is none.

    Damaged files are deleted, so that the next start with the Hub downloads them. Raises RefusedError if one of them
    is required.
    """
    folder = cached_folder(repository, revision)
    if folder is None:
        return None
    for name in (*REQUIRED_FILES, *OPTIONAL_FILES):
        file = folder / name
        # links point to contents that are named by their digest; copies, where links are impossible, cannot be checked
        if file.is_symlink() and not is_intact(file, file.readlink().name):
            discard(file)
            if name in REQUIRED_FILES:
                raise RefusedError(f"{name} is damaged, and was deleted")
    return StoredModel(folder, Origin("cache", repository, folder.name))


def cached_models(namespace: Namespace) -> list[str]:
    """List the names of a namespace's models that the cache has files of."""
    repositories = [
        path.name.removeprefix("models--").replace("--", "/") for path in Path(constants.HF_HUB_CACHE).glob("models--*")
    ]
    return sorted(model for repository in repositories if (model := namespace.model(repository)))


def is_intact(file: Path, digest: str | None) -> bool:
    """Return whether a file has this digest: sha256 of large files, git's sha1 of others; True if there is none."""
    if digest is None:
        return True
    data = file.read_bytes()
    if len(digest) == 64:
        return sha256(data).hexdigest() == digest
    return sha1(b"blob %d\0" % len(data) + data).hexdigest() == digest


def discard(file: Path) -> None:
    """Delete a damaged file from the cache, and the contents that it links to."""
    file.resolve().unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def snapshot_folder(repository: str, commit: str) -> Path:
    """Return the cache's folder for the files of a commit, which may not exist yet."""
    return _repository_folder(repository) / "snapshots" / commit


def find_blob(repository: str, digest: str | None) -> Path | None:
    """Return the intact contents with this digest, which may come from another commit; None if there are none."""
    blob = _repository_folder(repository) / "blobs" / str(digest)
    return blob if digest and blob.is_file() and is_intact(blob, digest) else None


def write_blob(repository: str, digest: str | None, chunks: Iterable[bytes]) -> Path | None:
    """Write contents into the cache; return their path, or None if they do not have this digest."""
    blobs = _repository_folder(repository) / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    partial = blobs / f"{digest}.{uuid4().hex[:8]}.incomplete"  # unique: another process may download the same file
    try:
        with partial.open("wb") as stream:
            stream.writelines(chunks)
        if not is_intact(partial, digest):
            return None
        return partial.replace(blobs / (digest or sha256(partial.read_bytes()).hexdigest()))
    finally:
        partial.unlink(missing_ok=True)


def link(file: Path, blob: Path) -> None:
    """Let `file` of a snapshot link to its contents; copy them where links are impossible."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    try:
        file.symlink_to(Path("..", "..", "blobs", blob.name))
    except FileExistsError:
        pass  # another process was faster
    except OSError:  # Windows without developer mode
        shutil.copyfile(blob, file)


def remember_revision(repository: str, revision: str | None, commit: str) -> None:
    """Store the commit that a branch or tag names, for starts without the Hub."""
    reference = _repository_folder(repository) / "refs" / (revision or MAIN)
    with suppress(OSError):  # a cache that cannot be written still served this start
        if commit != revision and (not reference.is_file() or reference.read_text(encoding="utf-8") != commit):
            reference.parent.mkdir(parents=True, exist_ok=True)
            partial = reference.with_name(f"{reference.name}.{uuid4().hex[:8]}.tmp")
            partial.write_text(commit, encoding="utf-8")
            partial.replace(reference)


def _repository_folder(repository: str) -> Path:
    return Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=repository, repo_type="model")
