"""Sources of models: namespaces of the Hub, and the origin of a model that was loaded."""

from typing import Literal, NamedTuple, Self

HUB = "hub:"
CELEBA = "celeba"  # name of the data set in a repository's name
SIZE = 64  # pixels a side; all models have it

Source = Literal["hub", "cache", "bundled", "folder"]
SOURCES: dict[Source, str] = {
    "hub": "the Hub",
    "cache": "the Hub's cache on this machine",
    "bundled": "the bundled weights",
    "folder": "a folder of this machine",
}


class Namespace(NamedTuple):
    """A user or an organisation of the Hub, and the revision of its models."""

    name: str
    revision: str | None = None  # a branch, a tag or a commit; None: the newest commit of `main`

    @classmethod
    def parse(cls, source: str) -> Self:
        """Parse `hub:NAMESPACE` or `hub:NAMESPACE@REVISION`. Raises ValueError for anything else."""
        from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # late: 0.3 s

        name, at, revision = source.removeprefix(HUB).partition("@")
        try:
            validate_repo_id(f"{name}/name")
        except ValueError:
            valid = False
        else:
            valid = bool(name and (revision or not at))
        if not source.startswith(HUB) or not valid:
            raise ValueError(f"{source!r} names no models of the Hub: write hub:NAMESPACE or hub:NAMESPACE@REVISION")
        return cls(name, revision or None)

    def repository(self, model: str, data: str = CELEBA) -> str:
        """Return the repository of a model that was trained on `data`: NAMESPACE/MODEL-DATA64."""
        return f"{self.name}/{model}-{data}{SIZE}"

    def model(self, repository: str) -> str | None:
        """Return the model's name if `repository` is one of this namespace's models of CelebA, else None."""
        prefix, suffix = self.repository("*").split("*")
        model = repository.removeprefix(prefix).removesuffix(suffix)
        return model if repository == self.repository(model) else None


class Origin(NamedTuple):
    """Kind of source that a model came from, and which one."""

    source: Source
    repository: str | None = None  # NAMESPACE/NAME; of the Hub and its cache
    commit: str | None = None  # full hash, if known

    def __str__(self) -> str:
        repository = f", {self.repository}" if self.repository else ""
        return f"{SOURCES[self.source]}{repository}" + (f" at {self.commit[:7]}" if self.commit else "")


class Failure(NamedTuple):
    """A source that did not provide a model, or not all of its files, and the reason."""

    name: str  # of the model's folder
    origin: Origin
    reason: str  # a plain sentence without its full stop

    def __str__(self) -> str:
        return f"{self.name} from {self.origin}: {self.reason}"
