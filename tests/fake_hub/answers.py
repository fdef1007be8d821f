"""What a server says: an answer, or why there is none."""

import json
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """Status, body and headers of a response."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 (never written)


class RefusedError(Exception):
    """An error as the Hub tells it: status, a message, and the code that its client reads."""

    def __init__(self, status: int, message: str, code: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.more = status, message, code, more

    def answer(self) -> Answer:
        headers = {"X-Error-Message": self.message, "Content-Type": "application/json"}
        if self.code:
            headers["X-Error-Code"] = self.code
        return Answer(self.status, json.dumps({"error": self.message, **self.more}).encode(), headers)


def told(value: Any, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})
