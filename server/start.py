"""How the page is reached: whether it is served already, at which port it may be, and what shows it."""

import errno
import hashlib
import os
import signal
import socket
import sys
import webbrowser
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from starlette.routing import Route

TITLE = "VAE Faces"
ICON = Path(__file__).parent.parent / "assets" / "icon.png"
NAMEPLATE = "/vae-faces"  # what a second start asks a running one for
PORTS = range(7860, 7960)  # those gradio tries in turn
PATIENCE = 1.0  # seconds: a server on this machine answers within a few milliseconds
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # hosts that listen everywhere, and where to find them from here

Viewer = Literal["browser", "window", "nobody"]


class StartError(Exception):
    """What was asked for cannot be had; the message is one sentence for whoever asked."""


@dataclass(frozen=True)
class Start:
    """What a start of the app asks for; None leaves it to gradio's variables, then to gradio's defaults."""

    models: str
    host: str | None = None
    port: int | None = None
    share: bool = False
    mcp: bool = False


def viewer(browser: bool, window: bool) -> Viewer:
    """What is to show the page here. Raises StartError for a window where there can be none."""
    if window and find_spec("webview") is None:
        # on Linux pywebview brings no toolkit of its own
        package = '"pywebview[qt]"' if sys.platform == "linux" else "pywebview"
        raise StartError(f"--window needs one more package: pip install {package}")
    if window and not _has_display():
        raise StartError("--window needs a display, and there is none here")
    if window:
        return "window"
    return "browser" if browser and _has_display() else "nobody"


def show(address: str, viewer: Viewer) -> None:
    """Show the page; a window is waited for until it is closed. Raises StartError where it cannot be drawn."""
    if viewer == "browser":
        webbrowser.open(address)
    elif viewer == "window":
        import webview  # an optional package: only who asks for a window needs it

        webview.settings["ALLOW_DOWNLOADS"] = True  # the page's films and pictures
        webview.create_window(TITLE, address, width=1440, height=940, text_select=True, zoomable=True)
        # on Linux pywebview tries GTK first, and where that is missing says so at length
        toolkit = "qt" if sys.platform == "linux" and find_spec("qtpy") else None
        try:
            webview.start(gui=toolkit, icon=str(ICON))
        except webview.WebViewException as error:
            raise StartError(f"The window cannot be drawn: {error}") from error


def running(start: Start) -> str | None:
    """The address of a page that has all that `start` asks for, or None where one is to be served.

    Raises StartError where the port that was asked for is taken by something else, or is no port.
    """
    if "SPACE_ID" in os.environ:  # a container of its own: what answers there is its predecessor, on its way out
        return None
    port, host = _port(start), _host(start)
    within = EVERYWHERE.get(host, host)
    for candidate in PORTS if port is None else [port]:
        served = _ask(within, candidate)
        if served is None:
            return None
        if nameplate(start) <= served:
            return f"http://{in_address(within)}:{candidate}"
        if port is not None:
            raise _taken(port, "VAE Faces with other options" if TITLE in served else "something else")
    return None  # `free_port` says that none is free


def free_port(start: Start) -> int:
    """Return the port to serve on: the one that was asked for, else the first that can be listened at.

    Raises StartError if there is none, and if the host is no address of this machine.
    """
    port, host = _port(start), _host(start)
    for candidate in PORTS if port is None else [port]:
        # gradio wants the port on 127.0.0.1 whatever the host is
        if all(_can_listen(address, candidate) for address in dict.fromkeys((host, "127.0.0.1"))):
            return candidate
    if port is not None:
        raise _taken(port, "something else")
    raise StartError(f"All ports from {PORTS[0]} to {PORTS[-1]} are taken: name another one with --port")


def take_host(start: Start) -> Start:
    """Return the start with its host; gradio's own variable is removed, because by that it finds IPv4 ports only."""
    host = _host(start)
    os.environ.pop("GRADIO_SERVER_NAME", None)
    return replace(start, host=host)


def server_name(start: Start) -> str:
    """Return the host as gradio wants it."""
    return in_address(_host(start))


def local_address(start: Start, port: int) -> str:
    """Return the address at which a browser on this machine finds the page."""
    host = _host(start)
    return f"http://{in_address(EVERYWHERE.get(host, host))}:{port}/"


def in_address(host: str) -> str:
    """Return the host as it is written in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def hosts(start: Start) -> tuple[str, ...]:
    """Return the names under which this process asks its own page."""
    return tuple(dict.fromkeys((_host(start), EVERYWHERE.get(_host(start), _host(start)))))


def end_on_signals() -> None:
    """End the process in good order, and so delete its uploads, for a stop signal and for a closed terminal."""

    def end(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in signal.Signals:
        if number.name in ("SIGTERM", "SIGHUP") and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores SIGHUP
            signal.signal(number, end)


def nameplate(start: Start) -> frozenset[str]:
    """What a page has, in lines; another start is content with it where it has all that this one asks for."""
    folder = Path(start.models)
    models = str(folder.resolve()) if start.models != "bundled" and folder.is_dir() else start.models
    # a digest: a page open to others tells nobody what the folders of this machine are called
    lines = {TITLE, hashlib.sha256(models.encode()).hexdigest()}
    if _host(start) in EVERYWHERE:
        lines.add("everywhere")
    if start.share:
        lines.add("share")
    if start.mcp:
        lines.add("mcp")
    return frozenset(lines)


def nameplate_route(start: Start) -> "Route":
    """What answers a second start, for the server of the first."""
    from starlette.responses import PlainTextResponse  # gradio's server: not wanted before gradio is
    from starlette.routing import Route

    text = "\n".join(sorted(nameplate(start)))

    async def answer(_: object) -> PlainTextResponse:
        return PlainTextResponse(text)

    return Route(NAMEPLATE, answer)


def _ask(host: str, port: int) -> frozenset[str] | None:
    """The lines of the nameplate at a port, those of whatever else answers, or None where nobody listens."""
    connection = HTTPConnection(host, port, timeout=PATIENCE)  # not urllib, which would go through a proxy
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
    """Decide whether nobody listens at a port. Raises StartError if this process cannot listen at the host at all."""
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


def _host(start: Start) -> str:
    return (start.host or os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1").strip("[]")


def _port(start: Start) -> int | None:
    asked = os.environ.get("GRADIO_SERVER_PORT") if start.port is None else str(start.port)
    if asked is None:
        return None
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise StartError(f"{asked!r} is no port: those are the numbers from 1 to 65535")
    return int(asked)


def _has_display() -> bool:
    """Whether a browser or a window can be seen: not on a Space, nor where Linux would open a browser of text."""
    if "SPACE_ID" in os.environ:
        return False
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
