"""/cut: a square of a photograph, for a page whose browser cannot read it."""

from collections.abc import Callable

import gradio as gr

from server.endpoints.files import send_file
from server.picture_input import PictureInput, read
from server.reader import jobs
from server.render.layout import to_png
from server.validation import require_square
from vae_models.hub.pull import Loaded


def build(_: Loaded) -> Callable[..., gr.FileData]:
    """Return the endpoint; it uses no model."""

    def cut(face: PictureInput, square: list[float] | None = None) -> gr.FileData:
        """Cut a square out of a picture: a PNG of 64 x 64 pixels.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            square: x and y of its middle and its side, in pixels; null: the largest square in the middle.
        """
        chosen = None if square is None else require_square(square)
        return send_file(to_png(read(face, jobs.cut, chosen)), "crop.png")

    return cut
