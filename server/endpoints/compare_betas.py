"""/compare_betas: a face at every beta of a family."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from server.analysis.betas import Family, compare, families
from server.analysis.scoring import table
from server.endpoints.files import send_file
from server.limits import LARGEST_SEED
from server.picture_input import Crop, PictureInput, read_face, to_batch
from server.render.sheets import draw_betas
from server.validation import require_choice, require_colour, require_whole
from vae_models.hub.pull import Pulled


def build(models: tuple[Pulled, ...]) -> Callable[..., tuple[gr.FileData, list[dict[str, Any]]]]:
    """Return the endpoint."""

    def compare_betas(
        face: PictureInput, family: Family = "beta-tcvae", seed: int = 7, crop: Crop = "face", which: int = 1
    ) -> tuple[gr.FileData, list[dict[str, Any]]]:
        """Compare the models of a family, from the smallest beta to the largest.

        The answer is a PNG (the face; for each beta its reconstruction and three samples of the same noise) and a row
        of scores for each beta.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            family: "beta-vae" or "beta-tcvae"; the VAE is beta = 1 of both.
            seed: Seed of the samples' noise, a whole number from 0 to 4294967295.
            crop: "face" finds and aligns the face; "centre" takes the middle square. 64 x 64 pixels stay as they are.
            which: Number of the face, 1 for the largest.
        """
        seeing = require_colour(models)
        require_choice("The family", family, families(seeing))
        require_whole("The seed", seed, 0, LARGEST_SEED)
        x = to_batch(read_face(face, crop, which))
        compared = compare(seeing, family, x, seed)
        rows = table([one.reconstructed for one in compared])
        return send_file(draw_betas(x, compared), "beta.png"), rows

    return compare_betas
