"""The endpoints: what scripts and agents can ask, by gradio_client, curl and MCP; a file each.

Each file has a function `build` that returns the endpoint for the models that are served. The endpoint's name is that
of the function, its documentation the docstring.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal

import gradio as gr

from faces.errors import PictureError
from server.endpoints import compare_betas, cut, decode, encode, find, morph, reconstruct, sample, traverse
from vae_models.hub.pull import Pulled
from vae_models.machine import available_cores

ENDPOINTS = (sample, reconstruct, compare_betas, morph, traverse, encode, decode)
OF_THE_PAGE = (find, cut)  # not documented: the page asks them if its browser cannot find faces


def add_endpoints(server: gr.Server, models: Sequence[Pulled]) -> None:
    """Add all endpoints to a server."""
    for module in ENDPOINTS:
        _add(server, module.build(tuple(models)), "public")
    for module in OF_THE_PAGE:
        _add(server, module.build(tuple(models)), "undocumented")


def _add(server: gr.Server, endpoint: Callable[..., Any], visibility: Literal["public", "undocumented"]) -> None:
    server.api(
        answer_in_sentences(endpoint),
        name=endpoint.__name__,
        concurrency_limit=available_cores(),
        api_visibility=visibility,
    )


def answer_in_sentences(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Answer what an endpoint refuses with its sentence, and log nothing of it."""

    @wraps(endpoint)
    def answer(*values: Any) -> Any:
        try:
            return endpoint(*values)
        except (PictureError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from None

    return answer
