"""HTTP responses: answers in JSON, and errors as the Hub sends them."""

import json
from typing import Any, NamedTuple


class Response(NamedTuple):
    """Status, body and headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 (never written)


class RefusedError(Exception):
    """An error of the Hub: status, message, and the code by which its client chooses an exception."""

    def __init__(self, status: int, message: str, code: str | None = None, **fields: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.fields = status, message, code, fields

    def response(self) -> Response:
        """Return the error as a response."""
        headers = {"X-Error-Message": self.message, "Content-Type": "application/json"}
        if self.code:
            headers["X-Error-Code"] = self.code
        return Response(self.status, json.dumps({"error": self.message, **self.fields}).encode(), headers)


def json_response(value: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """Return `value` as a response in JSON."""
    return Response(status, json.dumps(value).encode(), {"Content-Type": media_type})
