"""The stack of the guard, outermost first, around gradio and all that it adds by itself."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from server.guard.address import BelievedAddress
from server.guard.addresses import OpenAddresses
from server.guard.bodies import Bodies
from server.guard.mcp_errors import PlainErrors
from server.guard.refusals import Refusals
from server.guard.sessions import KnownSessions
from server.guard.streams import Streams


class Admission(NamedTuple):
    """Requests that the guard lets through."""

    own: Sequence[BaseRoute] = ()  # our own routes: all of their addresses are open
    with_pictures: frozenset[str] = frozenset()  # names of the endpoints that take pictures
    with_mcp: bool = False
    believes_proxy: bool = False


def guard(app: ASGIApp, admission: Admission, get_queue: Callable[[], Any]) -> ASGIApp:
    """Wrap an application in the guard; `get_queue` returns gradio's queue."""
    streams = Streams(KnownSessions(PlainErrors(app), get_queue))
    bodies = Bodies(streams, admission.with_pictures)
    addresses = OpenAddresses(bodies, admission.own, admission.with_mcp)
    return BelievedAddress(Refusals(addresses), admission.believes_proxy)
