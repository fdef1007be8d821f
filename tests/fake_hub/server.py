"""The fake Hub: an HTTP server on this machine with the Hub's protocol in LFS mode, and faults on demand."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self

from tests.fake_hub import downloads, routes
from tests.fake_hub.faults import Fault
from tests.fake_hub.repositories import Blob, Repository, is_large
from tests.fake_hub.responses import RefusedError, Response
from tests.fake_hub.routes import Call

HANGS_END = 120  # seconds after which even a hanging request ends


class Request(NamedTuple):
    """A request that was received, and the status of its answer (0: none)."""

    method: str
    path: str
    status: int
    authorization: str | None


@dataclass
class Hub:
    """A running Hub, to be used in a `with` statement."""

    state: routes.State = field(default_factory=routes.State)
    log: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    most_at_once: int = 0  # highest number of requests that were answered at the same time
    running: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Address of the Hub."""
        return self.state.url

    def repository(self, name: str, kind: str = "model") -> Repository:
        """Return a repository. Raises KeyError if there is none."""
        return self.state.repositories[kind, name]

    def add(self, name: str, folder: Path, *, private: bool = False, gated: bool = False) -> Repository:
        """Commit the files of `folder` to a model repository, which is created if it is missing."""
        repository = self.state.repositories.setdefault(("model", name), Repository(name, private=private, gated=gated))
        files = {
            path.relative_to(folder).as_posix(): Blob(path.read_bytes(), is_large(path.name, path.stat().st_size))
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self.put(repository, files)
        return repository

    def put(self, repository: Repository, files: dict[str, Blob]) -> str:
        """Commit these files next to the existing ones; return the commit's hash."""
        self.state.objects |= {blob.sha256: blob.data for blob in files.values() if blob.large}
        return repository.commit("main", {**repository.head.files, **files}, "Put").oid

    def fail(self, path: str, fault: Fault, times: int | None = None) -> None:
        """Let `fault` happen to requests whose "METHOD /path" matches a pattern; the first such fault counts."""
        self.faults.append(replace(fault, path=re.compile(path), times=times or fault.times))

    def heal(self) -> None:
        """Remove all faults."""
        self.faults.clear()

    def asked(self, path: str = "") -> list[Request]:
        """Return the requests so far whose "METHOD /path" matches a pattern."""
        return [request for request in self.log if re.search(path, f"{request.method} {request.path}")]

    def record(self, call: Call, status: int) -> None:
        """Append a request to the log."""
        with self.lock:
            self.log.append(Request(call.method, call.path, status, call.authorization))

    @contextmanager
    def count_running(self) -> Iterator[None]:
        """Count a request as running in the `with` block."""
        with self.lock:
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
        try:
            yield
        finally:
            with self.lock:
                self.running -= 1

    def take_fault(self, call: Call) -> Fault | None:
        """Return the fault that this request meets, if any, and count it down."""
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.path.search(f"{call.method} {call.path}"):
                    fault.times -= 1
                    return fault
        return None

    def answer(self, call: Call, wanted_range: str | None) -> Response:
        """Return the right answer to a request with this Range header."""
        with self.lock:
            try:
                return downloads.select_range(routes.answer(self.state, call), wanted_range)
            except RefusedError as error:
                return error.response()

    def __enter__(self) -> Self:
        self.server = Server(("127.0.0.1", 0), type("HubHandler", (Handler,), {"hub": self}))
        port = self.server.server_address[1]
        self.state.url, self.state.store = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


class Server(ThreadingHTTPServer):
    """A server that tolerates clients that disconnect."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Print the error unless the client has disconnected."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """Reads requests, applies faults and sends answers; a subclass sets `hub`."""

    hub: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        """Answer a request, or let a fault happen to it."""
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
        body = self._read_chunks() if chunked else self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = Call(self.command, self.path, body, self.headers.get("Authorization"))
        with self.hub.count_running():
            self._serve(call, self.hub.take_fault(call))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def _read_chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _serve(self, call: Call, fault: Fault | None) -> None:
        if fault is not None and fault.kind == "hang":
            self.hub.record(call, 0)
            self.hub.closing.wait(HANGS_END)
            self.close_connection = True
            return
        if fault is not None and fault.kind == "delay":
            self.hub.closing.wait(fault.seconds)
        if fault is not None and fault.response is not None:  # a refusal: the request has no effect
            response = fault.response
        else:
            response = self.hub.answer(call, self.headers.get("Range"))
        self.hub.record(call, response.status)
        self._send_head(response)
        if call.method != "HEAD":
            self._send_body(response.body, fault)

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()

    def _send_body(self, body: bytes, fault: Fault | None) -> None:
        if fault is not None and fault.kind in ("cut", "stall") and body:  # a redirect has none: it arrives complete
            self.wfile.write(body[: fault.after])
            self.hub.closing.wait(HANGS_END if fault.kind == "stall" else 0)
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
        """Print nothing: `Hub.log` has the requests."""
