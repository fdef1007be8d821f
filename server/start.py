"""A start of the app: its options, its address, and whether the same page runs already. Imports nothing slow."""

import errno
import hashlib
import os
import socket
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from pages import TITLE as TITLE

NAMEPLATE = "/vae-faces"  # address at which a running page lists what it has
PORTS = range(7860, 7960)  # those that gradio tries in turn
PATIENCE = 1.0  # seconds: a server on this machine answers within a few milliseconds
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # hosts that listen everywhere, and their address on this machine


class StartError(Exception):
    """A start that is impossible; the message is one sentence for the user."""


@dataclass(frozen=True)
class Start:
    """Options of a start; None leaves one to gradio's variables, then to gradio's defaults."""

    models: str
    host: str | None = None
    port: int | None = None
    share: bool = False
    mcp: bool = False


def find_running(start: Start) -> str | None:
    """Return the address of a running page that has all that `start` asks for, None if there is none.

    Raises:
        StartError: if the port of `start` is in use by something else, or is no port.
    """
    if "SPACE_ID" in os.environ:  # a container of its own: what answers there is its predecessor, about to end
        return None
    port, host = _read_port(start), _read_host(start)
    here = EVERYWHERE.get(host, host)
    for candidate in PORTS if port is None else [port]:
        lines = _ask(here, candidate)
        if lines is None:
            return None
        if nameplate(start) <= lines:
            return f"http://{in_address(here)}:{candidate}"
        if port is not None:
            raise _taken(port, "VAE Faces with other options" if TITLE in lines else "something else")
    return None  # `find_free_port` says that none is free


def find_free_port(start: Start) -> int:
    """Return the port of `start`, or the first at which this process can listen.

    Raises:
        StartError: if there is none, or if the host is no address of this machine.
    """
    port, host = _read_port(start), _read_host(start)
    for candidate in PORTS if port is None else [port]:
        # gradio wants the port on 127.0.0.1 whatever the host is
        if all(_can_listen(address, candidate) for address in dict.fromkeys((host, "127.0.0.1"))):
            return candidate
    if port is not None:
        raise _taken(port, "something else")
    raise StartError(f"All ports from {PORTS[0]} to {PORTS[-1]} are taken: name another one with --port")


def take_host(start: Start) -> Start:
    """Return the start with its host; gradio's own variable is removed, because by that it finds IPv4 ports only."""
    host = _read_host(start)
    os.environ.pop("GRADIO_SERVER_NAME", None)
    return replace(start, host=host)


def server_name(start: Start) -> str:
    """Return the host as gradio wants it."""
    return in_address(_read_host(start))


def local_address(start: Start, port: int) -> str:
    """Return the address at which a browser on this machine finds the page."""
    host = _read_host(start)
    return f"http://{in_address(EVERYWHERE.get(host, host))}:{port}/"


def in_address(host: str) -> str:
    """Return the host as it is written in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def hosts(start: Start) -> tuple[str, ...]:
    """Return the names by which this process asks its own page."""
    return tuple(dict.fromkeys((_read_host(start), EVERYWHERE.get(_read_host(start), _read_host(start)))))


def nameplate(start: Start) -> frozenset[str]:
    """Return what a page has, as lines: a page serves another start too if its lines include all of that start's."""
    folder = Path(start.models)
    models = str(folder.resolve()) if start.models != "bundled" and folder.is_dir() else start.models
    # a digest: other users of the page must not learn the names of this machine's folders
    lines = [TITLE, hashlib.sha256(models.encode()).hexdigest()]
    flags = {"everywhere": _read_host(start) in EVERYWHERE, "share": start.share, "mcp": start.mcp}
    return frozenset(lines + [flag for flag, is_set in flags.items() if is_set])


def _ask(host: str, port: int) -> frozenset[str] | None:
    """Return the lines that a server at this port answers with, None if nothing listens there."""
    connection = HTTPConnection(host, port, timeout=PATIENCE)  # not urllib, which would use a proxy
    try:
        connection.connect()
    except OSError:
        return None
    try:
        connection.request("GET", NAMEPLATE)
        return frozenset(connection.getresponse().read(1000).decode(errors="replace").splitlines())
    except (OSError, HTTPException):
        return frozenset()
    finally:
        connection.close()


def _can_listen(host: str, port: int) -> bool:
    """Check whether a port is free. Raises StartError if this process cannot listen at the host at all."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in infos:
            with socket.socket(family, kind, protocol) as probe:
                if os.name == "posix":  # as the server does: a port that was left a moment ago is free
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise StartError(f"The page cannot be served at {in_address(host)}:{port}: {error.strerror}") from error
    return True


def _taken(port: int, other: str) -> StartError:
    return StartError(f"Port {port} is taken by {other}: name another one, or none for the first that is free")


def _read_host(start: Start) -> str:
    return (start.host or os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1").strip("[]")


def _read_port(start: Start) -> int | None:
    port = os.environ.get("GRADIO_SERVER_PORT") if start.port is None else str(start.port)
    if port is None:
        return None
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise StartError(f"{port!r} is no port: those are the numbers from 1 to 65535")
    return int(port)
