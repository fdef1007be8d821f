"""Repositories: branches, tags, commits, and the files of each commit."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from typing import Literal, NamedTuple

from tests.fake_hub.responses import RefusedError

Kind = Literal["model", "space", "dataset"]
LARGE = ("*.safetensors", "*.onnx", "*.bin", "*.pt", "*.pth", "*.ckpt", "*.npy", "*.npz", "*.zip", "*.mp4")
LARGE_BYTES = 10_000_000  # larger files go through LFS, whatever their names
ATTRIBUTES = "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in LARGE).encode()


class Blob(NamedTuple):
    """Contents of a file."""

    data: bytes
    large: bool = False  # stored in LFS under its sha256

    @property
    def sha256(self) -> str:
        """Name in LFS."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self) -> bytes:
        """Text that git stores instead of a large file."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.data)}\n".encode()

    @property
    def oid(self) -> str:
        """Name in git."""
        stored = self.pointer if self.large else self.data
        return hashlib.sha1(f"blob {len(stored)}\0".encode() + stored).hexdigest()

    @property
    def etag(self) -> str:
        """Name by which clients know the contents."""
        return self.sha256 if self.large else self.oid


class Commit(NamedTuple):
    """A state of a repository."""

    oid: str
    title: str
    message: str
    author: str
    date: str
    files: dict[str, Blob]


def is_large(path: str, size: int) -> bool:
    """Return whether a file goes through LFS."""
    return size > LARGE_BYTES or any(fnmatch(path.rpartition("/")[2], pattern) for pattern in LARGE)


@dataclass
class Repository:
    """A repository; as on the Hub, it begins with a commit that only has .gitattributes."""

    name: str  # NAMESPACE/NAME
    kind: Kind = "model"
    private: bool = False
    gated: bool = False
    sdk: str | None = None
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: dict[str, list[Commit]] = field(default_factory=dict)  # by branch, oldest first
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.commit("main", {".gitattributes": Blob(ATTRIBUTES)}, "initial commit", author="system")

    @property
    def namespace(self) -> str:
        """User or organisation that owns it."""
        return self.name.partition("/")[0]

    def commit(self, branch: str, files: dict[str, Blob], title: str, message: str = "", author: str = "") -> Commit:
        """Let `branch` have exactly these files."""
        history = self.commits.setdefault(branch, [])
        date = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        tree = sorted((path, blob.oid) for path, blob in files.items())
        content = [tree, [commit.oid for commit in history], title, message, author, date, self.kind, self.name]
        oid = hashlib.sha1(repr(content).encode()).hexdigest()
        history.append(Commit(oid, title, message, author, date, dict(files)))
        return history[-1]

    def at(self, revision: str) -> Commit:
        """Return the commit of a branch, a tag or (the start of) a hash. Raises RefusedError if there is none."""
        oid = self.tags.get(revision, revision)
        if oid in self.commits:
            return self.commits[oid][-1]
        for branch in self.commits.values():
            for commit in branch:
                if len(oid) >= 7 and commit.oid.startswith(oid):
                    return commit
        raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")

    @property
    def head(self) -> Commit:
        """Newest commit of `main`."""
        return self.commits["main"][-1]
