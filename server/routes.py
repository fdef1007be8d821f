"""The addresses of the page: an allow-list of files, and the documents made of the models' records.

All are relative to the page's own address, so the page works below any path. A route has a path parameter and is no
mount: a mount looks for the prefix of GRADIO_ROOT_PATH in paths from which a proxy has removed it.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from faces.image import read_picture, to_array, to_tensor
from pages.documents import DOCUMENTS, FILES
from pages.example import draw
from server import manifest
from server.documents import HEADERS, Document, answer_binary, answer_text
from server.preview import Preview
from server.start import NAMEPLATE, Start, nameplate
from server.viewer import ICON
from vae_models.hub.pull import Loaded, Pulled

ASSETS = ICON.parent
FOLDERS = {  # first part of an address -> folder
    **{name: ASSETS / name for name in ("page", "engine", "vision", "onnxruntime", "gradio-client", "examples")},
    "finder": ASSETS.parent / "faces" / "models",
}
MEDIA_TYPES = {  # endings of the files that are served
    ".css": "text/css",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
TEXTS = (".css", ".html", ".js", ".json", ".md", ".mjs", ".svg", ".txt")
OPENING_FACE = ASSETS / "examples" / "sampled-smile.png"
PREVIEW_FACES = (OPENING_FACE, ASSETS / "examples" / "sampled-glasses.png")


def build(start: Start, loaded: Loaded) -> list[BaseRoute]:
    """Return the routes of the page and of the models' files, for the server to have before gradio's own."""
    files = dict(list_files((*loaded.models, *(dial.at_one for dial in loaded.dials))))
    documents = make_documents(start, loaded)
    preview = Preview(loaded.models, FOLDERS["page"] / "index.html", PREVIEW_FACES)

    async def send(beginning: str, request: Request) -> Response:  # in a thread it would wait behind the models
        """Answer with what is at `beginning` and the path of the request."""
        address = beginning + request.path_params.get("rest", "")
        if address in documents:
            return documents[address].answer(request)
        if address not in files:
            return PlainTextResponse("There is no such file.", 404, HEADERS)
        path = files[address]
        answer = answer_text if path.suffix in TEXTS else answer_binary
        return answer(request, path, MEDIA_TYPES[path.suffix])

    folders = {address.partition("/")[0] for address in [*files, *documents] if "/" in address}
    return [
        *preview.routes(),
        *(Route(f"/{address}", partial(send, address)) for address in documents if "/" not in address),
        *(Route(f"/{folder}/{{rest:path}}", partial(send, f"{folder}/")) for folder in sorted(folders)),
    ]


def list_files(models: tuple[Pulled, ...]) -> Iterator[tuple[str, Path]]:
    """Yield the address and the path of every file that is served; hidden files and other endings are not."""
    for name, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in inner.parts)
            inside = path.resolve().is_relative_to(folder.resolve())  # no link to a file elsewhere
            if path.is_file() and path.suffix in MEDIA_TYPES and inside and not hidden:
                yield f"{name}/{inner.as_posix()}", path
    for pulled in models:
        for file in FILES:
            if pulled.folder is not None and (pulled.folder / file).is_file():
                yield f"models/{pulled.name}/{file}", pulled.folder / file


def make_documents(start: Start, loaded: Loaded) -> dict[str, Document]:
    """Make what no file contains, by address: records, the opening face, manifest, icons, and the page's options."""
    documents = {
        f"records/{name}": Document.create(make(loaded), "application/json") for name, make in DOCUMENTS.items()
    }
    example = draw(loaded.models, to_tensor(to_array(read_picture(OPENING_FACE))[None])[0])
    return {
        **documents,
        "records/example.webp": Document.create(example.webp, "image/webp"),
        "records/example.json": Document.create(example.json, "application/json"),
        **manifest.make_documents(),
        "favicon.ico": Document.create(ICON.read_bytes(), "image/png"),
        NAMEPLATE.strip("/"): Document.create("\n".join(sorted(nameplate(start))).encode(), "text/plain"),
    }
