"""The files of the page by address, relative to the page's own: an allow-list, and documents made of the records."""

from collections.abc import Iterator
from pathlib import Path

from torch import Tensor

from pages import documents, manifest
from pages.example import draw
from vae_models.hub.pull import Loaded, Pulled

ASSETS = manifest.ICON.parent
FOLDERS = {  # first part of an address -> folder
    **{name: ASSETS / name for name in ("page", "engine", "vision", "onnxruntime", "gradio-client", "examples")},
    "finder": ASSETS.parent / "faces" / "models",
}
MEDIA_TYPES = {  # endings of the page's files
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
POLICY = (  # Content-Security-Policy: the browser loads nothing but the page's own files
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' data: blob:; worker-src 'self' blob:"
)
OPENING_FACE = ASSETS / "examples" / "sampled-smile.png"
PREVIEW_FACES = (OPENING_FACE, ASSETS / "examples" / "sampled-glasses.png")


def list_files(models: tuple[Pulled, ...]) -> Iterator[tuple[str, Path]]:
    """Yield the address and the path of every file of the page; hidden files and other endings are left out."""
    for name, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in inner.parts)
            inside = path.resolve().is_relative_to(folder.resolve())  # no link to a file elsewhere
            if path.is_file() and path.suffix in MEDIA_TYPES and inside and not hidden:
                yield f"{name}/{inner.as_posix()}", path
    for pulled in models:
        for file in documents.FILES:
            if pulled.folder is not None and (pulled.folder / file).is_file():
                yield f"models/{pulled.name}/{file}", pulled.folder / file


def make_documents(loaded: Loaded, face: Tensor, *, server: bool = True) -> dict[str, bytes]:
    """Make what no file contains, by address: the records, the opening face, the manifest and its icons.

    `face` is the opening face, (3, 64, 64) in [0, 1]; `server` says whether the app's endpoints answer beside the page.
    """
    records = {name: make(loaded) for name, make in documents.DOCUMENTS.items()}
    example = draw(loaded.models, face)
    files = {
        **records,
        "models.json": documents.models(loaded, server=server),
        "example.webp": example.webp,
        "example.json": example.json,
    }
    return {
        **{f"records/{name}": data for name, data in files.items()},
        **manifest.make_documents(),
        "favicon.ico": manifest.ICON.read_bytes(),
    }


def media_type(address: str) -> str:
    """Return the media type of a document."""
    special = {"manifest.json": "application/manifest+json", "favicon.ico": "image/png"}
    return special.get(address) or MEDIA_TYPES[Path(address).suffix]
