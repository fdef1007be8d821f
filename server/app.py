"""The server: gradio's queue, uploads and MCP behind our own page and endpoints."""

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.route_utils import FnIndexInferError
from gradio_client.utils import is_file_obj_with_meta
from starlette.requests import Request
from starlette.responses import JSONResponse

from server import routes
from server.endpoints import add_endpoints
from server.start import TITLE, Start
from vae_models.hub.pull import Loaded

CALLS = re.compile("/gradio_api/(call|queue)/")


class PageServer(gr.Server):
    """Server that hands the endpoints their arguments unread.

    Gradio itself would search all arguments for files and fetch web addresses: of any size, with a public name server
    asked about names of private networks, and with a traceback in the log for each that fails.
    """

    def configure_app(self, blocks: gr.Blocks) -> None:
        """Connect gradio's endpoints; gradio calls this once, before it serves."""
        super().configure_app(blocks)
        blocks.title = TITLE
        blocks.preprocess_data = pass_unread  # type: ignore[method-assign]
        if blocks.mcp_server_obj:
            unpack_results(blocks.mcp_server_obj)

    def forget_files(self) -> None:
        """Forget the paths of uploads and results, which gradio collects for a deletion that it does not do here."""
        for paths in self.get_blocks().temp_file_sets if self.blocks else ():
            paths.clear()


def build(start: Start, loaded: Loaded) -> PageServer:
    """Build the server of these models, ready to be launched."""
    server = PageServer(
        title=TITLE,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=routes.build(start, loaded),
        exception_handlers=dict.fromkeys((FnIndexInferError, KeyError, TypeError), refuse),
    )
    add_endpoints(server, loaded.models)
    return server


async def pass_unread(endpoint: BlockFunction, values: list[Any], *_state: Any, **_options: Any) -> list[Any]:
    """Return the arguments of a call as they are.

    Raises:
        gr.Error: unless there is one for each parameter: gradio would put defaults in wrong positions.
    """
    if len(values) != len(endpoint.inputs):
        parameters = ", ".join(inspect.signature(endpoint.fn).parameters)
        raise gr.Error(
            f"/{endpoint.api_name} takes {len(endpoint.inputs)} values ({parameters}); {len(values)} were sent.",
            print_exception=False,
        )
    return values


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


def refuse(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that names an endpoint or a parameter wrongly; raise an error of any other request again.

    Gradio raises these errors for names that it does not know, and would print a traceback for each.
    """
    if not isinstance(error, FnIndexInferError) and not CALLS.search(request.url.path):
        raise error
    reason = str(error).rstrip(".") if isinstance(error, TypeError) else "There is no endpoint of this name"
    answer = {"detail": f"{reason}. GET /gradio_api/info lists the endpoints and their parameters."}
    return JSONResponse(answer, 422 if isinstance(error, TypeError) else 404)
