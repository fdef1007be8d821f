"""What scripts and agents can ask: named endpoints for gradio_client, curl and MCP, documented by their docstrings.

Values arrive as JSON has them, whatever the hints say: each function checks its own.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import gradio as gr
import torch
from gradio.utils import get_upload_folder

from faces.image import PictureError, to_picture
from ui import arguments, beta, download, latents, morph, sample, scoring, sheet, subject, traversal
from ui.reconstruct import NOISIEST
from ui.reconstructions import judge, look
from ui.sample import LARGEST_SEED, MOST, Draw
from ui.scoring import disturb
from ui.subject import Pixels
from ui.typicality import typicality
from ui.words import Family
from vae_models.catalogue import Prior
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import Interpolation

Crop = Literal["face", "centre"]
FARTHEST = 100.0  # from 0, of a code's number that is traversed


def build(models: tuple[Pulled, ...]) -> None:
    """Add the endpoints to the page that is being built."""
    named = {pulled.name: pulled for pulled in models}

    def chosen(model: object) -> Pulled:
        return named[arguments.choice("The model", model, list(named))]

    def sample_(seed: int = 7, count: int = 12, prior: Prior = "standard", temperature: float = 1.0) -> gr.FileData:
        """New faces from every model and the same noise, as one PNG: a block of rows for each model, in the page's
        order, 64 pixels a face. The same seed gives the same bytes.

        Args:
            seed: Whole number from 0 to 4294967295.
            count: Faces per model, 1 to 36.
            prior: "standard" draws codes from N(0, I), "fitted" from the Gaussian fitted to each model's own codes.
            temperature: What the noise is multiplied by, 0 to 2.
        """
        return _file(sample.sheet(models, Draw(seed, count, prior, temperature)), "samples.png")

    def reconstruct(
        face: gr.FileData, crop: Crop = "face", which: int = 1, noise: float = 0.0
    ) -> tuple[gr.FileData, dict[str, Any]]:
        """A face through every model: a PNG (the face as the models see it, every reconstruction, error maps) and
        the scores: squared error, MSE, PSNR, SSIM, KL in nats, active dimensions, and how typical the face is.

        Args:
            face: A picture. It is deleted within minutes.
            crop: "face" finds the face and aligns it by its eyes; "centre" takes the middle square as it is. A picture
                of 64 x 64 pixels is always taken as it is.
            which: Which face, 1 for the largest.
            noise: Standard deviation of Gaussian noise added before encoding, 0 to 0.5.
        """
        seeing, noise = subject.require_sight(models), arguments.number("The noise", noise, 0, NOISIEST)
        pixels = _pixels(face, crop, which)
        seen = disturb(subject.tensor(pixels), noise)
        found, vae = look(seeing, pixels, noise), judge(seeing)
        stands = typicality(vae, seen) if vae else None
        scores = {
            "scores": scoring.table(found),
            "typicality": stands
            and {
                "verdict": stands.verdict,
                "negative_elbo": stands.negative_elbo._asdict(),
                "unexplained_variance": stands.unexplained._asdict(),
            },
        }
        return _file(scoring.pictures(subject.tensor(pixels), seen, found), "reconstructions.png"), scores

    def compare_betas(
        face: gr.FileData, family: Family = "beta-tcvae", seed: int = 7, crop: Crop = "face", which: int = 1
    ) -> tuple[gr.FileData, list[dict[str, Any]]]:
        """A face at every beta of a family: a PNG (the face; for each beta its reconstruction and three samples of the
        same noise) and a row of scores for each beta.

        Args:
            face: A picture. It is deleted within minutes.
            family: "beta-vae" or "beta-tcvae"; the VAE is beta = 1 of both.
            seed: Of the samples' noise, a whole number from 0 to 4294967295.
            crop: "face" finds and aligns the face; "centre" takes the middle square as it is.
            which: Which face, 1 for the largest.
        """
        seeing = subject.require_sight(models)
        arguments.choice("The family", family, beta.families(seeing))
        arguments.whole("The seed", seed, 0, LARGEST_SEED)
        pixels = _pixels(face, crop, which)
        found = [step.found for step in beta.steps(seeing, family, pixels, seed)]
        return _file(beta.pictures(seeing, family, pixels, seed), "beta.png"), scoring.table(found)

    def morph_(
        first: gr.FileData, second: gr.FileData, way: Interpolation = "linear", crop: Crop = "face"
    ) -> gr.FileData:
        """From one face to another and back through every model's codes, as an animated WebP.

        Args:
            first: A picture. It is deleted within minutes.
            second: Another.
            way: "linear" or "spherical", between the two codes.
            crop: "face" finds and aligns the faces; "centre" takes the middle squares as they are.
        """
        seeing = subject.require_sight(models)
        arguments.choice("The way", way, [name for _, name in morph.WAYS])
        a, b = _pixels(first, crop, 1), _pixels(second, crop, 1)
        return _file(morph.film(seeing, a, b, way), "morph.webp")

    def traverse(
        code: list[float] | None = None,
        model: str = "vae",
        dimension: int = 0,
        low: float | None = None,
        high: float | None = None,
        steps: int = 9,
    ) -> list[gr.FileData]:
        """A code's faces while one of its dimensions goes evenly from one value to another and all others stay: a PNG
        of 64 x 64 pixels for each step.

        Args:
            code: A list of as many numbers as the model has latent dimensions, as /encode answers in "mean"; null for
                the mean of all faces' codes.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
            dimension: Which, from 0.
            low: Where it starts, -100 to 100; null for three standard deviations below the mean of all faces' codes.
            high: Where it ends, -100 to 100; null for three standard deviations above that mean.
            steps: Faces, 2 to 36, the two ends among them.
        """
        pulled = chosen(model)
        size = pulled.model.config.latent_dim
        z = pulled.model.prior_mean if code is None else arguments.code(code, size)
        known = latents.known(pulled).at(arguments.whole("The dimension", dimension, 0, size - 1))
        start = known.low if low is None else arguments.number("The low end", low, -FARTHEST, FARTHEST)
        end = known.high if high is None else arguments.number("The high end", high, -FARTHEST, FARTHEST)
        count = arguments.whole("The number of steps", steps, 2, MOST)
        images = traversal.traverse(pulled, z, known.index, start, end, count)
        return [_file(sheet.png(to_picture(image)), f"step-{i}.png") for i, image in enumerate(images, start=1)]

    @torch.inference_mode()
    def encode(face: gr.FileData, model: str = "vae", crop: Crop = "face", which: int = 1) -> dict[str, Any]:
        """A face's code: the mean and the log variance of q(z|x), a number for each latent dimension; the log variance
        of an AE, whose codes are points, is null.

        Args:
            face: A picture. It is deleted within minutes.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
            crop: "face" finds and aligns the face; "centre" takes the middle square as it is.
            which: Which face, 1 for the largest.
        """
        pulled = chosen(model)
        subject.require_sight((pulled,))
        face_ = subject.tensor(_pixels(face, crop, which))
        return {"model": pulled.name, **scoring.code(scoring.reconstructed(pulled, face_, face_))}

    @torch.inference_mode()
    def decode(codes: list[list[float]], model: str = "vae") -> list[gr.FileData]:
        """The faces of codes, a PNG of 64 x 64 pixels each.

        Args:
            codes: 1 to 36 codes, each a list of as many numbers as the model has latent dimensions.
            model: Name of a model, as in the page's table: "ae", "vae", "beta-vae", "beta-tcvae".
        """
        pulled = chosen(model)
        z = arguments.codes(codes, pulled.model.config.latent_dim, MOST)
        images = pulled.model.decode(z)
        return [_file(sheet.png(to_picture(image)), f"face-{i}.png") for i, image in enumerate(images, start=1)]

    endpoints: dict[str, Callable[..., Any]] = {
        "sample": sample_,
        "reconstruct": reconstruct,
        "compare_betas": compare_betas,
        "morph": morph_,
        "traverse": traverse,
        "encode": encode,
        "decode": decode,
    }
    for name, function in endpoints.items():
        gr.api(_spoken(name, function), api_name=name)


def _spoken(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function under its endpoint's name; what it refuses is answered with its sentence, and nothing is logged."""

    @wraps(function)
    def answer(*values: Any) -> Any:
        try:
            return function(*values)
        except (PictureError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from None

    answer.__name__ = name  # what an agent knows the tool by
    return answer


def _pixels(face: object, crop: object, which: object) -> Pixels:
    how = arguments.choice("The crop", crop, ["face", "centre"])
    return subject.read(
        subject.received(_uploaded(face)), arguments.whole("The face's number", which, 1, 1000), centre=how == "centre"
    )


def _uploaded(face: object) -> Path:
    """The path of an upload. Raises PictureError for anything else: a path of this machine must not be read."""
    path = Path(str(face.get("path"))) if isinstance(face, dict) else None
    if path is None or not path.resolve().is_relative_to(Path(get_upload_folder()).resolve()):
        raise PictureError("Send a picture as a file: with gradio_client, handle_file('portrait.jpg').")
    return path


def _file(data: bytes, name: str) -> gr.FileData:
    return gr.FileData(path=str(download.kept(data, name)), orig_name=name).model_dump()
