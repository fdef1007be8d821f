"""A Hub on this machine: the HTTP protocol of the Hugging Face Hub in LFS mode, with faults on demand."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self

from tests.fake_hub import reading, routes
from tests.fake_hub.answers import Answer, RefusedError
from tests.fake_hub.faults import Fault
from tests.fake_hub.handler import Handler
from tests.fake_hub.repositories import Blob, Repository, is_large


class Request(NamedTuple):
    """What was asked, and the status of what was answered (0: nothing)."""

    method: str
    path: str
    status: int
    authorization: str | None


class Server(ThreadingHTTPServer):
    """One that does not mind clients that leave."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Print what went wrong, unless the client has gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@dataclass
class Hub:
    """A running Hub. `state` is what it keeps, `log` what it was asked; `fail` puts faults in the way."""

    state: routes.State = field(default_factory=routes.State)
    log: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    most_at_once: int = 0  # requests that were being answered at the same time
    running: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return self.state.url

    def repository(self, name: str, kind: str = "model") -> Repository:
        return self.state.repositories[kind, name]

    def add(self, name: str, folder: Path, **settings: bool) -> Repository:
        """A model repository that holds the files of `folder`, as if it had been pushed."""
        repository = self.state.repositories.setdefault(("model", name), Repository(name, **settings))
        files = {
            path.relative_to(folder).as_posix(): Blob(path.read_bytes(), is_large(path.name, path.stat().st_size))
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self.put(repository, files)
        return repository

    def put(self, repository: Repository, files: dict[str, Blob]) -> str:
        """Commit these files beside those that are there; the commit's hash."""
        self.state.objects |= {blob.sha256: blob.data for blob in files.values() if blob.large}
        return repository.commit("main", {**repository.head.files, **files}, "Put").oid

    def fail(self, path: str, fault: Fault, times: int | None = None) -> None:
        """Let `fault` happen to requests whose "METHOD /path" holds `path`, a pattern; the first that fits is used."""
        self.faults.append(replace(fault, path=re.compile(path), times=times or fault.times))

    def heal(self) -> None:
        """No faults from here on."""
        self.faults.clear()

    def asked(self, path: str = "") -> list[Request]:
        """The requests so far whose "METHOD /path" holds `path`, a pattern."""
        return [request for request in self.log if re.search(path, f"{request.method} {request.path}")]

    def note(self, ask: routes.Ask, status: int) -> None:
        """Write a request into the log."""
        with self.lock:
            self.log.append(Request(ask.method, ask.path, status, ask.authorization))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Around the answering of one request."""
        with self.lock:
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
        try:
            yield
        finally:
            with self.lock:
                self.running -= 1

    def taken(self, ask: routes.Ask) -> Fault | None:
        """The fault that is due for this request, used up by one."""
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.path.search(f"{ask.method} {ask.path}"):
                    fault.times -= 1
                    return fault
        return None

    def answer(self, ask: routes.Ask, wanted: str | None) -> Answer:
        """The right answer; `wanted` is its Range."""
        with self.lock:
            try:
                return reading.part(routes.answer(self.state, ask), wanted)
            except RefusedError as refused:
                return refused.answer()

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
