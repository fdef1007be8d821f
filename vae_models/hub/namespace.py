"""What `hub:NAMESPACE` stands for."""

from typing import NamedTuple, Self

from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

HUB = "hub:"


class Namespace(NamedTuple):
    """Whose models of the Hub, and in which state."""

    name: str
    revision: str | None = None  # a branch, a tag, or a commit; the newest of `main` where there is none

    @classmethod
    def parse(cls, source: str) -> Self:
        """`hub:NAMESPACE` or `hub:NAMESPACE@REVISION`. Raises ValueError for anything else."""
        name, at, revision = source.removeprefix(HUB).partition("@")
        try:
            validate_repo_id(f"{name}/name")
        except ValueError:
            fits = False
        else:
            fits = bool(name and (revision or not at))
        if not fits:
            raise ValueError(f"{source!r} names no models of the Hub: it is hub:NAMESPACE or hub:NAMESPACE@REVISION")
        return cls(name, revision or None)

    def repository(self, model: str) -> str:
        """Where a model of this name is."""
        return f"{self.name}/{model}-celeba64"
