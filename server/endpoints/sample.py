"""/sample: new faces from every model and the same noise."""

from collections.abc import Callable

import gradio as gr

from server.analysis.samples import Draw
from server.endpoints.files import send_file
from server.render.sheets import draw_samples
from vae_models.catalogue import Prior
from vae_models.hub.pull import Loaded


def build(loaded: Loaded) -> Callable[..., gr.FileData]:
    """Return the endpoint."""

    def sample(seed: int = 7, count: int = 12, prior: Prior = "standard", temperature: float = 1.0) -> gr.FileData:
        """Draw faces that do not exist.

        New faces from every model and the same noise, as one PNG: a block of rows for each model, in the page's order,
        64 pixels a face. The same seed gives the same bytes.

        Args:
            seed: Whole number from 0 to 4294967295.
            count: Faces per model, 1 to 36.
            prior: "standard" draws codes from N(0, I), "fitted" from the Gaussian fitted to each model's own codes.
            temperature: Factor of the noise, 0 to 2.
        """
        return send_file(draw_samples(loaded.models, Draw(seed, count, prior, temperature)), "samples.png")

    return sample
