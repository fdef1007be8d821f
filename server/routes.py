"""What the browser fetches beside the page: scripts, the runtime that decodes, and each model's decoder."""

from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from vae_models.files.names import DECODER, DENSITIES
from vae_models.hub.pull import Pulled

ASSETS = Path(__file__).parent.parent / "assets"
SERVED = (DECODER, DENSITIES)  # of a model's folder; nothing else in it is anybody's


def address(pulled: Pulled, file: str) -> str | None:
    """Where the browser finds a file of a model's folder; None where there is none."""
    there = pulled.folder is not None and (pulled.folder / file).is_file()
    return f"models/{quote(pulled.name)}/{file}" if there else None


def routes(models: tuple[Pulled, ...]) -> list[BaseRoute]:
    """For the page's server, beside gradio's own."""
    folders = {pulled.name: pulled.folder for pulled in models}

    def send(request: Request) -> FileResponse:
        folder, file = folders.get(request.path_params["name"]), request.path_params["file"]
        if folder is None or file not in SERVED or not (folder / file).is_file():
            raise HTTPException(404)
        return FileResponse(folder / file)

    return [
        Mount("/explore", StaticFiles(directory=ASSETS / "explore")),
        Mount("/onnxruntime", StaticFiles(directory=ASSETS / "onnxruntime")),
        Route("/models/{name}/{file}", send),
    ]
