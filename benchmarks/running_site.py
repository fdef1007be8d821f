"""A folder of files on a plain server below a path, which counts the bytes that it sends."""

import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Event, Thread
from typing import IO, Any, BinaryIO

PREFIX = "/some/path/"
PATIENCE = 120.0  # seconds
PACKED = (".css", ".html", ".js", ".json", ".mjs")


class FileServer(ThreadingHTTPServer):
    """Server of a folder; the folder can be changed, and everything that is asked for is noted."""

    daemon_threads = True

    def __init__(self, folder: Path, *, packed: bool) -> None:
        """Serve a folder as `python -m http.server` does, or as hosts of pages do: text by gzip, connections kept."""
        self.folder = folder
        self.sent = 0  # bytes of files
        self.asked: list[str] = []
        self.holds: Callable[[str], bool] = lambda _: False  # which paths wait for an answer until `go_on` is set
        self.go_on = Event()
        self.lock = Condition()
        self.done: list[str] = []  # paths whose files were sent whole
        super().__init__(("127.0.0.1", 0), PackingHandler if packed else Handler)

    def wait_until_sent(self, ending: str) -> bool:
        """Wait until a file has been sent whole; return False if that takes too long."""
        with self.lock:
            return self.lock.wait_for(lambda: any(path.endswith(ending) for path in self.done), PATIENCE)

    @property
    def address(self) -> str:
        """Address of the folder, with a slash at its end."""
        return f"http://127.0.0.1:{self.server_port}{PREFIX}"


class Handler(SimpleHTTPRequestHandler):
    """Files below `PREFIX`; everything else answers 404."""

    server: FileServer

    def do_GET(self) -> None:
        """Answer at once, unless the path is held back."""
        if self.server.holds(self.path):
            self.server.go_on.wait()
        super().do_GET()

    def translate_path(self, path: str) -> str:
        """Return the file of a path; "" if it has none."""
        with self.server.lock:
            self.server.asked.append(path)
        self.directory = str(self.server.folder)
        return super().translate_path(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else ""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file in parts, and count them."""
        while part := source.read(1 << 16):
            with self.server.lock:
                self.server.sent += len(part)
            outputfile.write(part)
        with self.server.lock:
            self.server.done.append(self.path)
            self.server.lock.notify_all()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class PackingHandler(Handler):
    """Files as hosts of pages send them: text by gzip, and many by one connection."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> io.BytesIO | BinaryIO | IO[bytes] | None:  # type: ignore[override]
        """Begin an answer; a text's is packed."""
        path = Path(self.translate_path(self.path.partition("?")[0]))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in PACKED or not path.is_file():
            return super().send_head()
        data = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)


@contextmanager
def running_site(folder: Path, *, packed: bool = False) -> Iterator[FileServer]:
    """Serve a folder until the end of the block."""
    with FileServer(folder, packed=packed) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            thread.join()
