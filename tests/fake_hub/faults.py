"""Faults between a Hub and its client, for `Hub.fail`."""

import re
from dataclasses import dataclass
from typing import Literal

from tests.fake_hub.responses import RefusedError, Response

FOREVER = 10**9
Kind = Literal["response", "cut", "stall", "corrupt", "hang", "delay", "trickle"]


@dataclass
class Fault:
    """A fault that happens to the next `times` requests whose "METHOD /path" matches `path`."""

    kind: Kind
    response: Response | None = None
    after: int = 0  # bytes of the body that still arrive
    seconds: float = 0.0
    times: int = FOREVER
    path: re.Pattern[str] = re.compile("")  # searched in "METHOD /path"


def status(code: int, message: str = "fault", **headers: str) -> Fault:
    """Answer with this status."""
    response = RefusedError(code, message).response()
    return Fault("response", response._replace(headers={**response.headers, **headers}))


def refuse(code: int, message: str, error: str) -> Fault:
    """Answer with this status and the error code by which the Hub's client chooses an exception."""
    return Fault("response", RefusedError(code, message, error).response())


GATED = refuse(403, "Access to this model is restricted and you are not in the authorized list.", "GatedRepo")
NO_REPOSITORY = refuse(404, "Repository not found", "RepoNotFound")
NO_REVISION = refuse(404, "Invalid rev id", "RevisionNotFound")
NO_FILE = refuse(404, "Entry not found", "EntryNotFound")


def too_many(retry_after: int) -> Fault:
    """Answer with 429 and the seconds to wait."""
    return status(429, "Too many requests", **{"Retry-After": str(retry_after)})


def cut(after: int) -> Fault:
    """Close the connection after this many bytes of the body."""
    return Fault("cut", after=after)


def stall(after: int) -> Fault:
    """Send this many bytes of the body, then nothing; the connection stays open."""
    return Fault("stall", after=after)


def corrupt() -> Fault:
    """Send wrong bytes, as many as there should be, with the right headers."""
    return Fault("corrupt")


def hang() -> Fault:
    """Accept the request and never answer."""
    return Fault("hang")


def delay(seconds: float) -> Fault:
    """Send the right answer after some seconds."""
    return Fault("delay", seconds=seconds)


def trickle(seconds: float) -> Fault:
    """Send the body in ten pieces, with a pause before each."""
    return Fault("trickle", seconds=seconds)
