"""Where a model came from, and why it did not come from elsewhere."""

from typing import Literal, NamedTuple

Place = Literal["hub", "cache", "bundled", "folder"]
PLACES: dict[Place, str] = {
    "hub": "the Hub",
    "cache": "the Hub's cache on this machine",
    "bundled": "the bundled weights",
    "folder": "a folder of this machine",
}


class Origin(NamedTuple):
    """A place where models are, and which one it is there."""

    place: Place
    repository: str | None = None  # NAMESPACE/NAME, of the Hub and its cache
    commit: str | None = None  # its whole hash, where it is known

    def __str__(self) -> str:
        which = f", {self.repository}" if self.repository else ""
        return f"{PLACES[self.place]}{which}" + (f" at {self.commit[:7]}" if self.commit else "")


class Failure(NamedTuple):
    """A place that did not give a model, or not all of it, and why: a plain sentence without its full stop."""

    name: str  # of the model's folder
    origin: Origin
    reason: str

    def __str__(self) -> str:
        return f"{self.name} from {self.origin}: {self.reason}"
