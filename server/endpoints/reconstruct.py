"""/reconstruct: a face through every model, with scores."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from torch import Tensor

from server.analysis.scoring import add_noise, reconstruct_all, table
from server.analysis.typicality import compare, explain, score_typicality
from server.endpoints.files import send_file
from server.limits import HIGHEST_NOISE
from server.picture_input import Crop, PictureInput, read_face, to_batch
from server.render.sheets import draw_reconstructions
from server.validation import require_colour, require_number
from vae_models.hub.pull import Loaded, Pulled


def build(loaded: Loaded) -> Callable[..., tuple[gr.FileData, dict[str, Any]]]:
    """Return the endpoint."""

    def reconstruct(
        face: PictureInput, crop: Crop = "face", which: int = 1, noise: float = 0.0
    ) -> tuple[gr.FileData, dict[str, Any]]:
        """Reconstruct a face by every model.

        The answer is a PNG (the face as the models see it, every reconstruction, error maps) and the scores: squared
        error, MSE, PSNR, SSIM, KL in nats, active dimensions, and, under "typicality", how the picture compares with
        photographs that the VAE was validated on. That is about the photograph, not the person.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            crop: "face" finds and aligns the face; "centre" takes the middle square. 64 x 64 pixels stay as they are.
            which: Number of the face, 1 for the largest.
            noise: Standard deviation of Gaussian noise added before encoding, 0 to 0.5.
        """
        seeing = require_colour(loaded.models)
        deviation = require_number("The noise", noise, 0, HIGHEST_NOISE)
        x = to_batch(read_face(face, crop, which))
        seen = add_noise(x, deviation)
        found = reconstruct_all(seeing, x, seen)
        scores = {"scores": table(found), "typicality": _compare(seeing, seen)}
        return send_file(draw_reconstructions(x, seen, found), "reconstructions.png"), scores

    return reconstruct


def _compare(models: tuple[Pulled, ...], seen: Tensor) -> dict[str, Any] | None:
    """Compare a picture with the photographs that the VAE was validated on; None without their scores."""
    vae = next((pulled for pulled in models if pulled.record.family == "vae"), None)
    if vae is None or not vae.record.typicality:
        return None
    scores = score_typicality(vae, seen)
    return {
        "comparison": compare(vae.record, scores),
        "note": explain(vae.record),
        "negative_elbo": scores.negative_elbo._asdict(),
        "unexplained_variance": scores.unexplained._asdict(),
    }
