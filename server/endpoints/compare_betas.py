"""/compare_betas: a face at every beta of a family, or at any beta of a dial."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from torch import Tensor

from server.analysis.betas import Compared, Family, compare, compare_dial, families
from server.analysis.network import require_beta
from server.analysis.scoring import table
from server.endpoints.files import send_file
from server.limits import LARGEST_SEED, MOST_BETAS
from server.picture_input import Crop, PictureInput, read_face, to_batch
from server.render.sheets import draw_betas
from server.validation import ArgumentError, require_channels, require_choice, require_colour, require_whole
from vae_models.hub.pull import Loaded, PulledDial

BETAS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)  # of a dial, if none are given; up to its highest


def build(loaded: Loaded) -> Callable[..., tuple[gr.FileData, list[dict[str, Any]]]]:
    """Return the endpoint."""

    def compare_betas(
        face: PictureInput,
        family: Family | str = "beta-tcvae",
        seed: int = 7,
        crop: Crop = "face",
        which: int = 1,
        betas: list[float] | None = None,
    ) -> tuple[gr.FileData, list[dict[str, Any]]]:
        """Compare the models of a family, from the smallest beta to the largest, or one network for every beta.

        The answer is a PNG (the face; for each beta its reconstruction and three samples of the same noise) and a row
        of scores for each beta.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            family: "beta-vae" or "beta-tcvae"; the VAE is beta = 1 of both. Or a network for every beta: "beta-dial".
            seed: Seed of the samples' noise, a whole number from 0 to 4294967295.
            crop: "face" finds and aligns the face; "centre" takes the middle square. 64 x 64 pixels stay as they are.
            which: Number of the face, 1 for the largest.
            betas: For one network for every beta: 1 to 8 numbers from 1 to its highest; null is 1, 2, 5, 10, 20, 50.
                For a family null.
        """
        choice = _choose(loaded, family, betas)
        require_whole("The seed", seed, 0, LARGEST_SEED)
        x = to_batch(read_face(face, crop, which))
        compared = choice(x, seed)
        rows = table([one.reconstructed for one in compared])
        return send_file(draw_betas(x, compared), "beta.png"), rows

    return compare_betas


def _choose(loaded: Loaded, family: object, betas: object) -> Callable[[Tensor, int], list[Compared]]:
    """Return what compares a face (1, 3, 64, 64) with the noise of a seed. Raises ArgumentError for wrong values."""
    dials = {pulled.name: pulled for pulled in loaded.dials}
    if isinstance(family, str) and family in dials:
        pulled = dials[family]
        require_channels(pulled.dial.config)
        return partial(compare_dial, pulled, _require_betas(pulled, betas))
    seeing = require_colour(loaded.models)
    known = families(seeing)
    chosen = require_choice("The family", family, [*known, *dials])
    if betas is not None:
        raise ArgumentError(f"Each model of {chosen} was trained with one beta: leave betas out, or null.")
    return partial(compare, seeing, next(each for each in known if each == chosen))


def _require_betas(pulled: PulledDial, betas: object) -> list[float]:
    if betas is None:
        return [beta for beta in BETAS if beta <= pulled.dial.config.highest_beta]
    if not isinstance(betas, list) or not 1 <= len(betas) <= MOST_BETAS:
        raise ArgumentError(f"betas must be a list of 1 to {MOST_BETAS} numbers.")
    return [require_beta(pulled, beta) for beta in betas]
