"""The server: gradio's queue, uploads and MCP behind our own page and endpoints."""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.server_messages import EstimationMessage
from gradio.utils import LRUCache
from gradio_client.utils import is_file_obj_with_meta
from starlette.types import ASGIApp

from server import routes
from server.endpoints import add_endpoints
from server.guard import held
from server.guard.address import believes_proxy
from server.guard.refusals import HANDLERS
from server.guard.stack import Admission, guard
from server.limits import MOST_STATES, MOST_UNREAD, MOST_UNREAD_ESTIMATES, MOST_WAITING
from server.start import TITLE, Start
from server.uploads import routes as uploads
from vae_models.hub.pull import Loaded

_info: ContextVar[Any] = ContextVar("info", default=None)


class PageServer(gr.Server):
    """Server that hands the endpoints their arguments unread.

    Gradio itself would search all arguments for files and fetch web addresses: of any size, with a public name server
    asked about names of private networks, and with a traceback in the log for each that fails.
    """

    admission = Admission()

    def build_middleware_stack(self) -> ASGIApp:
        """Build the stack of a request, with the guard around all of it; called for the first request."""
        return guard(super().build_middleware_stack(), self.admission, lambda: self.get_blocks()._queue)

    @property
    def api_info(self) -> Any:
        """Documentation of the endpoints, made for each request: gradio would keep the first visitor's address."""
        return _info.get()

    @api_info.setter
    def api_info(self, value: Any) -> None:
        _info.set(value)

    def configure_app(self, blocks: gr.Blocks) -> None:
        """Connect gradio's endpoints; gradio calls this once, before it serves."""
        super().configure_app(blocks)
        blocks.title = TITLE
        blocks.preprocess_data = pass_unread  # type: ignore[method-assign]
        limit_memory(blocks)
        drop_useless_messages(blocks)
        if blocks.mcp_server_obj:
            unpack_results(blocks.mcp_server_obj)

    def forget_files(self) -> None:
        """Forget the paths of uploads and results, which gradio collects for a deletion that it does not do here.

        Texts of calls that were never read are forgotten, too.
        """
        held.drop_old()
        for paths in self.get_blocks().temp_file_sets if self.blocks else ():
            paths.clear()


def build(start: Start, loaded: Loaded) -> PageServer:
    """Build the server of these models, ready to be launched."""
    own = [*routes.build(start, loaded), *uploads.ROUTES]
    server = PageServer(
        title=TITLE,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=own,
        exception_handlers=HANDLERS,
    )
    with_pictures = add_endpoints(server, loaded)
    server.admission = Admission(own, with_pictures, start.mcp, believes_proxy(start))
    return server


class Answers(LRUCache[str, Any]):
    """Answers that visitors have not fetched yet. With the oldest one, the names of its calls are forgotten."""

    def __init__(self, calls: dict[str, set[str]]) -> None:
        """Begin without answers to these calls, which gradio keeps by visitor."""
        super().__init__(MOST_UNREAD)
        self.calls = calls

    def popitem(self, last: bool = True) -> tuple[str, Any]:
        """Forget the newest or the oldest visitor."""
        visitor, messages = super().popitem(last)
        self.calls.pop(visitor, None)
        return visitor, messages


def limit_memory(blocks: gr.Blocks) -> None:
    """Limit what gradio keeps of calls: by default every waiting call, 10,000 records and 10,000 states of visitors."""
    blocks._queue.max_size = MOST_WAITING
    blocks._queue.pending_messages_per_session = Answers(blocks._queue.pending_event_ids_session)
    blocks._queue.ANALYTICS_MAX_EVENTS = 1
    # a table of all calls after each that fails, by pandas, for a page that is closed
    blocks._queue.compute_analytics_summary = lambda _: None  # type: ignore[method-assign]
    blocks.state_holder.capacity = MOST_STATES


def drop_useless_messages(blocks: gr.Blocks) -> None:
    """Drop what gradio sends to a visitor who has left, and estimates to one who does not fetch them.

    By itself it fails for the former, with a traceback in the log. Of the latter it keeps one for each call that ends:
    thousands of objects, through which Python's garbage collection would go again and again.
    """
    queue = blocks._queue
    send = queue.send_message

    def send_if_useful(event: Any, message: Any) -> None:
        with suppress(KeyError):
            unread = queue.pending_messages_per_session[event.session_hash].qsize()
            if unread < MOST_UNREAD_ESTIMATES or not isinstance(message, EstimationMessage):
                send(event, message)

    queue.send_message = send_if_useful  # type: ignore[method-assign]


async def pass_unread(endpoint: BlockFunction, values: list[Any], *_state: Any, **_options: Any) -> list[Any]:
    """Return the arguments of a call as they are, with null for the last ones that may be null and were left out.

    Raises:
        gr.Error: unless there is one for each other parameter: gradio would put defaults in wrong positions.
    """
    parameters = list(inspect.signature(endpoint.fn).parameters.values())
    required = list(parameters)
    while required and required[-1].default is None:
        required.pop()
    if not len(required) <= len(values) <= len(parameters):
        names = ", ".join(parameter.name for parameter in required)
        further = " and ".join(parameter.name for parameter in parameters[len(required) :])
        raise gr.Error(
            f"/{endpoint.api_name} takes {len(required)} values ({names}); {len(values)} were sent."
            + (f" After them, {further} may be sent, too." if further else ""),
            print_exception=False,
        )
    return [*values, *([None] * (len(parameters) - len(values)))]


def unpack_results(mcp_server: Any) -> None:
    """Let gradio's MCP server send the pictures of lists, too: of itself it sends a picture only if that is all."""
    send = mcp_server.postprocess_output_data
    mcp_server.postprocess_output_data = lambda results, root: send(list(_unpack(results)), root)


def _unpack(results: Iterable[Any]) -> Iterator[Any]:
    for result in results:
        if isinstance(result, list | tuple) and any(is_file_obj_with_meta(part) for part in result):
            yield from result
        else:
            yield result
