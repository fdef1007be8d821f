"""Models in the Hub's cache on this machine: which are there, and whether they are whole."""

from hashlib import sha1, sha256
from pathlib import Path
from typing import NamedTuple

from huggingface_hub import try_to_load_from_cache

from vae_models.autoencoder import WEIGHTS
from vae_models.config import CONFIG
from vae_models.files.density_file import DENSITIES
from vae_models.files.latent_names import NAMES
from vae_models.files.onnx_files import DECODER, ENCODER
from vae_models.files.training_record import RECORD
from vae_models.hub.errors import RefusedError
from vae_models.hub.source import Origin

SAMPLES = "samples.png"
NEEDED = (CONFIG, RECORD, WEIGHTS)
FURTHER = (NAMES, DENSITIES, DECODER, ENCODER, SAMPLES)  # what else the page may show, where it is there


class Found(NamedTuple):
    """A folder that holds a model, and where it came from."""

    folder: Path
    origin: Origin


def cached_folder(repository: str, revision: str | None) -> Path | None:
    """Where the cache has this revision of a model, all that is needed of it; None where it has not."""
    found = [try_to_load_from_cache(repository, name, revision=revision) for name in NEEDED]
    files = [Path(file) for file in found if isinstance(file, str)]
    return files[0].parent if len(files) == len(NEEDED) else None


def cached(repository: str, revision: str | None) -> Found | None:
    """The model that the cache has; None where it has none.

    Raises RefusedError for one that is damaged. What is damaged is deleted: the next start with the Hub fetches it.
    """
    folder = cached_folder(repository, revision)
    if folder is None:
        return None
    for name in (*NEEDED, *FURTHER):
        file = folder / name
        # the cache calls contents by their digest; where it cannot link to them, nothing tells what they should be
        if file.is_symlink() and not is_whole(file, file.readlink().name):
            discard(file)
            if name in NEEDED:
                raise RefusedError(f"{name} is damaged, and was deleted")
    return Found(folder, Origin("cache", repository, folder.name))


def is_whole(file: Path, digest: str | None) -> bool:
    """Whether a file's contents are those of a digest: the sha256 of a large file, git's sha1 of another."""
    if digest is None:
        return True
    data = file.read_bytes()
    if len(digest) == 64:
        return sha256(data).hexdigest() == digest
    return sha1(b"blob %d\0" % len(data) + data).hexdigest() == digest


def discard(file: Path) -> None:
    """Take a damaged file out of the cache, and what its name points to, so that nobody loads it."""
    file.resolve().unlink(missing_ok=True)
    file.unlink(missing_ok=True)
