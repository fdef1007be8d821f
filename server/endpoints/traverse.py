"""/traverse: a code's faces while one of its dimensions changes."""

from collections.abc import Callable

import gradio as gr

from server.endpoints.files import send_faces
from server.limits import FARTHEST, MOST_FACES
from server.validation import require_code, require_model, require_number, require_whole
from vae_models import latent_paths
from vae_models.hub.pull import Loaded


def build(loaded: Loaded) -> Callable[..., list[gr.FileData]]:
    """Return the endpoint."""

    def traverse(
        code: list[float] | None = None,
        model: str = "vae",
        dimension: int = 0,
        low: float | None = None,
        high: float | None = None,
        steps: int = 9,
    ) -> list[gr.FileData]:
        """Traverse a dimension of a code.

        A code's faces while one of its dimensions goes evenly from one value to another and all others stay: a PNG of
        64 x 64 pixels for each step.

        Args:
            code: Numbers, one for each latent dimension, as /encode answers in "mean"; null: mean of all faces' codes.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
            dimension: Index of the dimension, from 0.
            low: First value, -100 to 100; null: three standard deviations below the mean of all faces' codes.
            high: Last value, -100 to 100; null: three standard deviations above that mean.
            steps: Faces, 2 to 36, the two ends among them.
        """
        network = require_model(loaded.models, model).model
        size = network.config.latent_dim
        z = network.prior_mean if code is None else require_code(code, size)
        index = require_whole("The dimension", dimension, 0, size - 1)
        lowest, highest = latent_paths.traversal_ranges(network)[index].tolist()
        start = lowest if low is None else require_number("The low end", low, -FARTHEST, FARTHEST)
        end = highest if high is None else require_number("The high end", high, -FARTHEST, FARTHEST)
        count = require_whole("The number of steps", steps, 2, MOST_FACES)
        return send_faces(latent_paths.traverse(network, z, index, start, end, count), "step")

    return traverse
