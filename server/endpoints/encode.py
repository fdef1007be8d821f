"""/encode: a face's code."""

from collections.abc import Callable
from typing import Any

import torch

from server.analysis.scoring import describe_code
from server.picture_input import Crop, PictureInput, read_face, to_batch
from server.validation import require_colour, require_model
from vae_models.hub.pull import Pulled


def build(models: tuple[Pulled, ...]) -> Callable[..., dict[str, Any]]:
    """Return the endpoint."""

    @torch.inference_mode()
    def encode(face: PictureInput, model: str = "vae", crop: Crop = "face", which: int = 1) -> dict[str, Any]:
        """Encode a face.

        The answer is the mean and the log variance of q(z|x), a number for each latent dimension; the log variance of
        an AE, whose codes are points, is null.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
            crop: "face" finds and aligns the face; "centre" takes the middle square. 64 x 64 pixels stay as they are.
            which: Number of the face, 1 for the largest.
        """
        pulled = require_model(models, model)
        require_colour([pulled])
        x = to_batch(read_face(face, crop, which))
        return {"model": pulled.name, **describe_code(pulled.model.encode(x))}

    return encode
