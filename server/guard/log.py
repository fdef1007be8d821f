"""The log: libraries say that something went wrong, without what a visitor sent and without tracebacks."""

import logging
import sys
from types import SimpleNamespace
from typing import Any

from gradio import queueing, route_utils
from gradio import routes as gradio_routes

from server.guard.refusals import report

OWN_WORDS = ("uvicorn",)  # loggers whose messages are fixed sentences; their tracebacks are left out


def keep_visitors_out() -> None:
    """Take messages and tracebacks out of what libraries log and print: they can repeat what a visitor sent."""
    create = logging.getLogRecordFactory()

    def create_without(
        name: str, level: int, file: str, line: int, message: object, arguments: Any, _: Any, *rest: Any, **more: Any
    ) -> logging.LogRecord:
        if not name.startswith(OWN_WORDS):
            message, arguments = f"{name}: {logging.getLevelName(level).lower()}", ()
        return create(name, level, file, line, message, arguments, None, *rest, **more)

    logging.setLogRecordFactory(create_without)
    for module in (queueing, gradio_routes, route_utils):  # they print tracebacks themselves
        module.traceback = SimpleNamespace(print_exc=_print_line)  # type: ignore[attr-defined]


def _print_line() -> None:
    """Print the current error as one line."""
    error = sys.exc_info()[1]
    if error is not None:
        report(error, "A call")
