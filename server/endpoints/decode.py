"""/decode: the faces of codes."""

from collections.abc import Callable

import gradio as gr
import torch

from server.analysis.network import choose_network
from server.endpoints.files import send_faces
from server.limits import MOST_FACES
from server.validation import require_codes
from vae_models.hub.pull import Loaded


def build(loaded: Loaded) -> Callable[..., list[gr.FileData]]:
    """Return the endpoint."""

    @torch.inference_mode()
    def decode(codes: list[list[float]], model: str = "vae", beta: float | None = None) -> list[gr.FileData]:
        """Decode codes: a PNG of 64 x 64 pixels each.

        Args:
            codes: 1 to 36 codes, each a list of as many numbers as the model has latent dimensions.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
            beta: For one network for every beta, such as "beta-dial": a number from 1 to its highest; null is 1. For
                other models null.
        """
        network = choose_network(loaded, model, beta)
        return send_faces(network.decode(require_codes(codes, network.config.latent_dim, MOST_FACES)), "face")

    return decode
