"""The addresses of the page: an allow-list of files, and the documents made of the models' records.

All are relative to the page's own address, so the page works below any path. A route has a path parameter and is no
mount: a mount looks for the prefix of GRADIO_ROOT_PATH in paths from which a proxy has removed it.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from faces.image import read_picture, to_array, to_tensor
from pages import files
from server.documents import HEADERS, Document, answer_binary, answer_text
from server.preview import Preview
from server.start import NAMEPLATE, Start, nameplate
from vae_models.hub.pull import Loaded

TEXTS = (".css", ".html", ".js", ".json", ".md", ".mjs", ".svg", ".txt")


def build(start: Start, loaded: Loaded) -> list[BaseRoute]:
    """Return the routes of the page and of the models' files, for the server to have before gradio's own."""
    paths = dict(files.list_files(loaded.with_dials))
    documents = make_documents(start, loaded)
    preview = Preview(loaded.models, files.FOLDERS["page"] / "index.html", files.PREVIEW_FACES)

    async def send(beginning: str, request: Request) -> Response:  # in a thread it would wait behind the models
        """Answer with what is at `beginning` and the path of the request."""
        address = beginning + request.path_params.get("rest", "")
        if address in documents:
            return documents[address].answer(request)
        if address not in paths:
            return PlainTextResponse("There is no such file.", 404, HEADERS)
        path = paths[address]
        answer = answer_text if path.suffix in TEXTS else answer_binary
        return answer(request, path, files.MEDIA_TYPES[path.suffix])

    folders = {address.partition("/")[0] for address in [*paths, *documents] if "/" in address}
    return [
        *preview.routes(),
        *(Route(f"/{address}", partial(send, address)) for address in documents if "/" not in address),
        *(Route(f"/{folder}/{{rest:path}}", partial(send, f"{folder}/")) for folder in sorted(folders)),
    ]


def make_documents(start: Start, loaded: Loaded) -> dict[str, Document]:
    """Make what no file contains, by address: records, the opening face, manifest, icons, and the page's options."""
    documents = files.make_documents(loaded, to_tensor(to_array(read_picture(files.OPENING_FACE))[None])[0])
    return {
        **{address: Document.create(data, files.media_type(address)) for address, data in documents.items()},
        NAMEPLATE.strip("/"): Document.create("\n".join(sorted(nameplate(start))).encode(), "text/plain"),
    }
