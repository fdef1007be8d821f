"""Refusals: whatever a visitor sends is answered with a sentence, and no traceback of it is logged."""

import re
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).parents[2]
CALLS = re.compile("/gradio_api/(call|queue|run|api)/")
ENDPOINTS = "GET /gradio_api/info lists the endpoints and their parameters."
FAILED = "The app could not answer this request: the fault is the app's."
SENTENCES = {
    400: "This request cannot be read.",
    401: "This request is not allowed.",
    403: "This request is not allowed.",
    404: "There is nothing at this address.",
    405: "This address does not answer requests of this method.",
    413: "This request is too large.",
    415: "This address does not read requests of this kind.",
    422: f"This request lacks what the address needs. {ENDPOINTS}",
    429: "Too many requests: try again in a minute.",
    503: "The app is busy: try again in a minute.",
}


async def refuse(_: Request, error: Exception) -> JSONResponse:
    """Answer a request that gradio or its framework refuses: their own sentences repeat what was sent."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    sentence = SENTENCES.get(status, SENTENCES[400] if status < 500 else FAILED)
    return JSONResponse({"detail": sentence}, status, headers)


async def refuse_form(_: Request, error: Exception) -> JSONResponse:
    """Answer a request whose parts are missing or of another type, and name them."""
    problems = error.errors() if isinstance(error, RequestValidationError) else ()
    parts = [str(part) for problem in problems for part in problem["loc"][1:2]]
    names = ", ".join(dict.fromkeys(part for part in parts if re.fullmatch("[a-z_]{1,30}", part)))
    what = f"{names}: missing, or of the wrong type" if names else "its body is no JSON of the right form"
    return JSONResponse({"detail": f"This request cannot be read ({what}). {ENDPOINTS}"}, 422)


async def refuse_call(request: Request, error: Exception) -> JSONResponse:
    """Answer a call that names an endpoint or a parameter wrongly; raise an error of any other request again.

    Gradio raises these errors for names that it does not know.
    """
    if not isinstance(error, FnIndexInferError) and not CALLS.search(request.url.path):
        raise error
    if isinstance(error, TypeError):
        return JSONResponse({"detail": f"{name_parameter(str(error))} {ENDPOINTS}"}, 422)
    return JSONResponse({"detail": f"There is no endpoint of this name. {ENDPOINTS}"}, 404)


def name_parameter(message: str) -> str:
    """Say in a sentence which parameter an error of gradio's client is about."""
    if wrong := re.search(r"Parameter `(\w{1,40})`", message):
        return f"There is no parameter {wrong[1]}."
    if missing := re.search(r"argument: (\w{1,40})$", message):
        return f"The parameter {missing[1]} is missing."
    return "A parameter has no such name, or is missing."


HANDLERS = {
    HTTPException: refuse,
    RequestValidationError: refuse_form,
    Exception: refuse,
    **dict.fromkeys((FnIndexInferError, KeyError, TypeError), refuse_call),
}


def report(error: BaseException, what: str) -> None:
    """Log an error in one line: its type and the last line of this project or of a library that ran.

    Its message and a traceback can repeat what a visitor sent, such as the name of a file.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT) and "site-packages" not in frame[0]]
    line = f"{Path((ours or frames)[-1].filename).name}:{(ours or frames)[-1].lineno}" if frames else "unknown"
    print(f"{what} failed: {type(error).__name__} at {line}", file=sys.stderr)


class Refusals:
    """Middleware around everything else: no error reaches the server, which would log its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; end the answer if an error has cut it off."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        state = "quiet"

        async def follow(message: Message) -> None:
            nonlocal state
            is_last = message["type"] == "http.response.body" and not message.get("more_body")
            state = "ended" if is_last else "begun"
            await send(message)

        try:
            await self.app(scope, receive, follow)
        except Exception as error:
            if not isinstance(error.__cause__ or error, HTTPException | ClientDisconnect):  # the cause if it came late
                report(error, "A request")
            with suppress(Exception):  # the connection is closed, or the length was promised
                if state == "quiet":
                    answer = await refuse(Request(scope), error)
                    await answer(scope, receive, send)
                elif state == "begun":
                    await send({"type": "http.response.body", "body": b""})
