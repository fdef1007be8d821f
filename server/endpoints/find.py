"""/find: the faces of a photograph, for a page whose browser cannot find them."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from server.endpoints.files import send_file
from server.picture_input import PictureInput, read
from server.reader import jobs
from server.render.layout import to_png
from vae_models.hub.pull import Loaded


def build(_: Loaded) -> Callable[..., tuple[dict[str, Any], list[gr.FileData]]]:
    """Return the endpoint; it uses no model."""

    def find(face: PictureInput) -> tuple[dict[str, Any], list[gr.FileData]]:
        """Find the faces of a picture.

        The answer is the size of the picture, eyes and box of each face, largest first, the number of further faces,
        without a face the reason, and a PNG of 64 x 64 pixels of each face.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
        """
        found = read(face, jobs.find_faces)
        crops = [send_file(to_png(picture), f"crop-{i}.png") for i, picture in enumerate(found.pictures, start=1)]
        return found.answer, crops

    return find
