"""The endpoints: what scripts and agents can ask, by gradio_client, curl and MCP; a file each.

Each file has a function `build` that returns the endpoint for the models that are served. The endpoint's name is that
of the function, its documentation the docstring.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, get_type_hints

import gradio as gr

from faces.errors import PictureError
from server.endpoints import compare_betas, cut, decode, encode, find, morph, reconstruct, sample, traverse
from server.guard.refusals import FAILED, report
from server.picture_input import PictureInput
from server.validation import ArgumentError
from vae_models.hub.pull import Loaded
from vae_models.machine import available_cores

ENDPOINTS = (sample, reconstruct, compare_betas, morph, traverse, encode, decode)
OF_THE_PAGE = (find, cut)  # not documented: the page asks them if its browser cannot find faces


def add_endpoints(server: gr.Server, loaded: Loaded) -> frozenset[str]:
    """Add all endpoints to a server, and return the names of those that take pictures."""
    public = [module.build(loaded) for module in ENDPOINTS]
    of_the_page = [module.build(loaded) for module in OF_THE_PAGE]
    for endpoint in public:
        _add(server, endpoint, "public")
    for endpoint in of_the_page:
        _add(server, endpoint, "undocumented")
    return frozenset(one.__name__ for one in (*public, *of_the_page) if PictureInput in get_type_hints(one).values())


def _add(server: gr.Server, endpoint: Callable[..., Any], visibility: Literal["public", "undocumented"]) -> None:
    server.api(
        answer_in_sentences(endpoint),
        name=endpoint.__name__,
        concurrency_limit=available_cores(),
        api_visibility=visibility,
    )


def answer_in_sentences(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Answer what an endpoint refuses with its sentence and log nothing of it; no other error tells its own."""

    @wraps(endpoint)
    def answer(*values: Any) -> Any:
        try:
            return endpoint(*values)
        except (PictureError, ArgumentError) as error:
            raise gr.Error(str(error), print_exception=False) from None
        except Exception as error:
            report(error, f"/{endpoint.__name__}")
            raise gr.Error(FAILED, print_exception=False) from None

    return answer
