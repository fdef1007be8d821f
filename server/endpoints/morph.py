"""/morph: from one face to another through every model's codes."""

from collections.abc import Callable
from typing import get_args

import gradio as gr

from server.endpoints.files import send_file
from server.picture_input import Crop, PictureInput, read_face, to_batch
from server.render.film import draw_morph
from server.validation import require_choice, require_colour
from vae_models.hub.pull import Loaded
from vae_models.latent_paths import Interpolation


def build(loaded: Loaded) -> Callable[..., gr.FileData]:
    """Return the endpoint."""

    def morph(
        first: PictureInput, second: PictureInput, way: Interpolation = "linear", crop: Crop = "face"
    ) -> gr.FileData:
        """Morph one face into another and back through every model's codes, as an animated WebP.

        Args:
            first: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            second: Another.
            way: "linear" or "spherical", between the two codes.
            crop: "face" finds and aligns the faces; "centre" takes the middle squares. 64 x 64 pixels stay as they are.
        """
        seeing = require_colour(loaded.models)
        require_choice("The way", way, get_args(Interpolation))
        start, end = (to_batch(read_face(face, crop, 1)) for face in (first, second))
        return send_file(draw_morph(seeing, start, end, way), "morph.webp")

    return morph
