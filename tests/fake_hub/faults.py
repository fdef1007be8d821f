"""What can go wrong between a Hub and its client, to be put in its way."""

import re
from dataclasses import dataclass
from typing import Literal

from tests.fake_hub.answers import Answer, RefusedError

FOREVER = 10**9
Kind = Literal["answer", "cut", "stall", "corrupt", "hang", "delay", "trickle"]


@dataclass
class Fault:
    """One thing that goes wrong, so many times."""

    kind: Kind
    answer: Answer | None = None
    after: int = 0  # bytes of the body that still arrive
    seconds: float = 0.0
    times: int = FOREVER
    path: re.Pattern[str] = re.compile("")  # searched in "METHOD /path"


def status(code: int, message: str = "fault", **headers: str) -> Fault:
    """This status instead of an answer."""
    answer = RefusedError(code, message).answer()
    return Fault("answer", answer._replace(headers={**answer.headers, **headers}))


def refused(code: int, message: str, error: str) -> Fault:
    """This status with the error code that the Hub's client reads."""
    return Fault("answer", RefusedError(code, message, error).answer())


GATED = refused(403, "Access to this model is restricted and you are not in the authorized list.", "GatedRepo")
NO_REPOSITORY = refused(404, "Repository not found", "RepoNotFound")
NO_REVISION = refused(404, "Invalid rev id", "RevisionNotFound")
NO_FILE = refused(404, "Entry not found", "EntryNotFound")


def too_many(retry_after: int) -> Fault:
    """429 with the seconds to wait."""
    return status(429, "Too many requests", **{"Retry-After": str(retry_after)})


def cut(after: int) -> Fault:
    """The connection dies after so many bytes of the body."""
    return Fault("cut", after=after)


def stall(after: int) -> Fault:
    """The connection stays open, but nothing comes after so many bytes of the body."""
    return Fault("stall", after=after)


def corrupt() -> Fault:
    """Wrong bytes, as many as there should be, under the right name and headers."""
    return Fault("corrupt")


def hang() -> Fault:
    """The request is taken and never answered."""
    return Fault("hang")


def delay(seconds: float) -> Fault:
    """The right answer, later."""
    return Fault("delay", seconds=seconds)


def trickle(seconds: float) -> Fault:
    """The right answer, its body in ten pieces with a pause before each."""
    return Fault("trickle", seconds=seconds)
