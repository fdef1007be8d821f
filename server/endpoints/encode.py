"""/encode: a face's code."""

from collections.abc import Callable
from typing import Any

import torch

from server.analysis.network import choose_network
from server.analysis.scoring import describe_code
from server.picture_input import Crop, PictureInput, read_face, to_batch
from server.validation import require_channels
from vae_models.hub.pull import Loaded


def build(loaded: Loaded) -> Callable[..., dict[str, Any]]:
    """Return the endpoint."""

    @torch.inference_mode()
    def encode(
        face: PictureInput, model: str = "vae", crop: Crop = "face", which: int = 1, beta: float | None = None
    ) -> dict[str, Any]:
        """Encode a face.

        The answer is the mean and the log variance of q(z|x), a number for each latent dimension; the log variance of
        an AE, whose codes are points, is null.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
            crop: "face" finds and aligns the face; "centre" takes the middle square. 64 x 64 pixels stay as they are.
            which: Number of the face, 1 for the largest.
            beta: For one network for every beta, such as "beta-dial": a number from 1 to its highest; null is 1. For
                other models null.
        """
        network = choose_network(loaded, model, beta)
        require_channels(network.config)
        x = to_batch(read_face(face, crop, which))
        return {"model": network.name, **describe_code(network.encode(x))}

    return encode
