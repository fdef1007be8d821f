"""One connection to the Hub: requests read, faults let happen, answers sent."""

from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tests.fake_hub.answers import Answer
from tests.fake_hub.faults import Fault
from tests.fake_hub.routes import Ask

if TYPE_CHECKING:
    from tests.fake_hub.server import Hub

PATIENCE = 120  # seconds after which even a hanging request is let go


class Handler(BaseHTTPRequestHandler):
    """Answers for `hub`, which a subclass names."""

    hub: "Hub"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        """Answer, well or badly."""
        body = self._chunks() if "chunked" in self.headers.get("Transfer-Encoding", "") else self._rest()
        ask = Ask(self.command, self.path, body, self.headers.get("Authorization"))
        with self.hub.at_work():
            self._serve(ask, self.hub.taken(ask))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def _rest(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _serve(self, ask: Ask, fault: Fault | None) -> None:
        if fault is not None and fault.kind == "hang":
            self.hub.note(ask, 0)
            self.hub.closing.wait(PATIENCE)
            self.close_connection = True
            return
        if fault is not None and fault.kind == "delay":
            self.hub.closing.wait(fault.seconds)
        if fault is not None and fault.answer is not None:  # a refusal: nothing is done
            answer = fault.answer
        else:
            answer = self.hub.answer(ask, self.headers.get("Range"))
        self.hub.note(ask, answer.status)
        self._head(answer)
        if ask.method != "HEAD":
            self._body(answer.body, fault)

    def _head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()

    def _body(self, body: bytes, fault: Fault | None) -> None:
        if fault is not None and fault.kind in ("cut", "stall"):
            self.wfile.write(body[: fault.after])
            self.hub.closing.wait(PATIENCE if fault.kind == "stall" else 0)
            self.close_connection = True
        elif fault is not None and fault.kind == "trickle":
            step = max(1, -(-len(body) // 10))
            for start in range(0, len(body), step):
                self.hub.closing.wait(fault.seconds)
                self.wfile.write(body[start : start + step])
        else:
            corrupt = fault is not None and fault.kind == "corrupt"
            self.wfile.write(bytes(byte ^ 0x5A for byte in body) if corrupt else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: `Hub.log` has it."""
