"""Launch: from the options of a start to a page that is served until it is stopped."""

import gc
import os
import signal
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from server import start as starting
from server.limits import LARGEST_FILE
from server.start import Start, StartError
from server.uploads.deletion import keep_deleting
from server.uploads.folder import create_folder
from server.viewer import Viewer, show
from vae_models import environment

if TYPE_CHECKING:
    from server.app import PageServer


def serve(start: Start, viewer: Viewer) -> None:
    """Load the models, show the page, and serve it until stopped or, in a window, closed.

    Raises:
        StartError: if the models cannot be loaded or the page cannot be served.
    """
    start = starting.take_host(start)
    environment.bypass_proxies(*starting.hosts(start))  # gradio asks its own page
    starting.find_free_port(start)  # a wrong host is reported before anything slow
    stop = Stop()
    if viewer != "window":  # a window runs a loop of its own, in which Python sees no signal
        stop.listen()
    folder = create_folder()
    server = load(start)
    keep_deleting(folder, server.forget_files)
    show(launch(server, start), viewer)
    if viewer == "window":
        server.get_blocks().close(verbose=False)
    else:
        stop.wait()


def load(start: Start) -> "PageServer":
    """Load the models, print what could not be loaded, and build their server.

    Raises:
        StartError: if there are no models.
    """
    from server import workers  # late: torch and gradio take seconds, and a wrong option is reported first
    from vae_models.hub.pull import pull

    workers.set_threads()
    try:
        loaded = pull(start.models)
    except (OSError, ValueError) as error:
        raise StartError(str(error)) from error
    for line in (*loaded.failures, *environment.drop_unusable_proxies()):
        print(line, file=sys.stderr)
    # not before `pull`, which takes every proxy, nor before proxies are dropped that gradio cannot be imported with
    from server.app import build

    return build(start, loaded)


def launch(server: "PageServer", start: Start) -> str:
    """Start serving, and return the address of the page.

    Raises:
        StartError: if the page cannot be served.
    """
    from server.guard.address import believes_proxy  # late: starlette
    from server.guard.log import keep_visitors_out

    if not believes_proxy(start):
        os.environ["FORWARDED_ALLOW_IPS"] = ""  # uvicorn's: by itself it believes every program of this machine
    os.environ.setdefault("MPLBACKEND", "agg")  # else gradio imports all of matplotlib, where it is, in the first call
    keep_visitors_out()
    port = starting.find_free_port(start)
    try:
        _, _, public = server.launch(
            server_name=starting.server_name(start),
            server_port=port,
            share=start.share,
            prevent_thread_lock=True,  # `serve` waits instead
            mcp_server=start.mcp,
            ssr_mode=False,  # on a Space, Node would serve a page of gradio's
            pwa=False,  # gradio's own icons come in any size, and take its event loop for as long
            enable_monitoring=False,
            max_file_size=LARGEST_FILE,
            run_history=False,
        )
    except Exception as error:  # of gradio, its server and its HTTP client
        raise StartError(f"The page cannot be served: {' '.join(str(error).split())}") from error
    freeze_objects()
    return public or starting.local_address(start, port)


def freeze_objects() -> None:
    """Leave what is loaded out of garbage collections: each would stop all visitors for half a second."""
    gc.collect()
    gc.freeze()


class Stop:
    """A request to end, by a stop signal, by Ctrl-C or by a closed terminal, and in good order: uploads are deleted."""

    def __init__(self) -> None:
        """Request nothing yet."""
        self._number: int | None = None

    def listen(self) -> None:
        """End the process when such a signal arrives."""
        heeded = (signal.SIG_DFL, signal.default_int_handler)  # nohup ignores SIGHUP, a script's background job SIGINT
        for number in signal.Signals:
            if number.name in ("SIGINT", "SIGTERM", "SIGHUP") and signal.getsignal(number) in heeded:
                signal.signal(number, self._receive)
        report = sys.unraisablehook

        def report_others(lost: "sys.UnraisableHookArgs") -> None:
            if self._number is None or not issubclass(lost.exc_type, SystemExit):
                report(lost)

        sys.unraisablehook = report_others  # the log has no traceback of a signal

    def wait(self) -> NoReturn:
        """Wait for a signal, one that came before included. Raises SystemExit."""
        while self._number is None:
            time.sleep(0.1)
        sys.exit(128 + self._number)

    def _receive(self, number: int, _: FrameType | None) -> None:
        self._number = number
        # Python drops this in a finaliser, which a garbage collection runs anywhere: then `wait` ends the process
        sys.exit(128 + number)
