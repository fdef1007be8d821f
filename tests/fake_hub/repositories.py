"""What a Hub keeps: repositories, their commits, the files of each commit."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from typing import Literal, NamedTuple

from tests.fake_hub.answers import RefusedError

Kind = Literal["model", "space", "dataset"]
LARGE = ("*.safetensors", "*.onnx", "*.bin", "*.pt", "*.pth", "*.ckpt", "*.npy", "*.npz", "*.zip", "*.mp4")
LARGE_BYTES = 10_000_000  # files above go through LFS, whatever they are called
ATTRIBUTES = "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in LARGE).encode()


class Blob(NamedTuple):
    """A file's contents."""

    data: bytes
    large: bool = False  # kept in LFS, known by its sha256

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self) -> bytes:
        """What git holds in place of a large file."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.data)}\n".encode()

    @property
    def oid(self) -> str:
        """Git's name of it."""
        kept = self.pointer if self.large else self.data
        return hashlib.sha1(f"blob {len(kept)}\0".encode() + kept).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.large else self.oid


class Commit(NamedTuple):
    """One state of a repository."""

    oid: str
    title: str
    message: str
    author: str
    date: str
    files: dict[str, Blob]


def is_large(path: str, size: int) -> bool:
    """Whether a file goes through LFS."""
    return size > LARGE_BYTES or any(fnmatch(path.rpartition("/")[2], pattern) for pattern in LARGE)


@dataclass
class Repository:
    """One repository; it begins with a commit of its .gitattributes alone, as those on the Hub do."""

    name: str  # NAMESPACE/NAME
    kind: Kind = "model"
    private: bool = False
    gated: bool = False
    sdk: str | None = None
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: dict[str, list[Commit]] = field(default_factory=dict)  # of each branch, oldest first
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.commit("main", {".gitattributes": Blob(ATTRIBUTES)}, "initial commit", author="system")

    @property
    def namespace(self) -> str:
        return self.name.partition("/")[0]

    def commit(self, branch: str, files: dict[str, Blob], title: str, message: str = "", author: str = "") -> Commit:
        """Let `branch` hold exactly `files`."""
        before = self.commits.setdefault(branch, [])
        date = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        tree = sorted((path, blob.oid) for path, blob in files.items())
        told = [tree, [c.oid for c in before], title, message, author, date, self.kind, self.name]
        found = Commit(hashlib.sha1(repr(told).encode()).hexdigest(), title, message, author, date, dict(files))
        before.append(found)
        return found

    def at(self, revision: str) -> Commit:
        """The commit that a branch, a tag or (the beginning of) a hash names. Raises RefusedError where none is."""
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
        return self.commits["main"][-1]
