"""/decode: the faces of codes."""

from collections.abc import Callable

import gradio as gr
import torch

from server.endpoints.files import send_faces
from server.limits import MOST_FACES
from server.validation import require_codes, require_model
from vae_models.hub.pull import Pulled


def build(models: tuple[Pulled, ...]) -> Callable[..., list[gr.FileData]]:
    """Return the endpoint."""

    @torch.inference_mode()
    def decode(codes: list[list[float]], model: str = "vae") -> list[gr.FileData]:
        """Decode codes: a PNG of 64 x 64 pixels each.

        Args:
            codes: 1 to 36 codes, each a list of as many numbers as the model has latent dimensions.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
        """
        network = require_model(models, model).model
        return send_faces(network.decode(require_codes(codes, network.config.latent_dim, MOST_FACES)), "face")

    return decode
