"""What scripts and agents can ask: named endpoints for gradio_client, curl and MCP, documented by their docstrings.

Values arrive as JSON has them, whatever the hints say: each function checks its own.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Literal

import gradio as gr
import torch
from gradio.blocks import BlockFunction
from gradio.route_utils import FnIndexInferError
from gradio_client.utils import is_file_obj_with_meta
from starlette.requests import Request
from starlette.responses import JSONResponse

from faces.errors import PictureError
from faces.image import read_picture, to_picture
from ui import (
    arguments,
    beta,
    crops,
    download,
    latents,
    morph,
    picture_input,
    sample,
    scoring,
    sheet,
    subject,
    traversal,
)
from ui.picture_input import PictureInput
from ui.reconstruct import NOISIEST
from ui.reconstructions import judge, look
from ui.sample import LARGEST_SEED, MOST, Draw
from ui.scoring import disturb
from ui.subject import Pixels
from ui.typicality import compare, explain, typicality
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
        face: PictureInput, crop: Crop = "face", which: int = 1, noise: float = 0.0
    ) -> tuple[gr.FileData, dict[str, Any]]:
        """A face through every model: a PNG (the face as the models see it, every reconstruction, error maps) and
        the scores: squared error, MSE, PSNR, SSIM, KL in nats, active dimensions, and, under "typicality", how the
        picture compares with photographs that the VAE was validated on. That is about the photograph, not the person.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
            crop: "face" finds the face and aligns it by its eyes; "centre" takes the middle square as it is. A picture
                of 64 x 64 pixels is always taken as it is.
            which: Which face, 1 for the largest.
            noise: Standard deviation of Gaussian noise added before encoding, 0 to 0.5.
        """
        seeing, noise = subject.require_sight(models), arguments.number("The noise", noise, 0, NOISIEST)
        pixels = _pixels(face, crop, which)
        seen = disturb(subject.tensor(pixels), noise)
        found, vae = look(seeing, pixels, noise), judge(seeing)
        scores = {
            "scores": scoring.table(found),
            "typicality": _compare(vae, seen) if vae else None,
        }
        return _file(scoring.pictures(subject.tensor(pixels), seen, found), "reconstructions.png"), scores

    def compare_betas(
        face: PictureInput, family: Family = "beta-tcvae", seed: int = 7, crop: Crop = "face", which: int = 1
    ) -> tuple[gr.FileData, list[dict[str, Any]]]:
        """A face at every beta of a family: a PNG (the face; for each beta its reconstruction and three samples of the
        same noise) and a row of scores for each beta.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
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
        first: PictureInput, second: PictureInput, way: Interpolation = "linear", crop: Crop = "face"
    ) -> gr.FileData:
        """From one face to another and back through every model's codes, as an animated WebP.

        Args:
            first: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
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
    def encode(face: PictureInput, model: str = "vae", crop: Crop = "face", which: int = 1) -> dict[str, Any]:
        """A face's code: the mean and the log variance of q(z|x), a number for each latent dimension; the log variance
        of an AE, whose codes are points, is null.

        Args:
            face: A picture: a file, a public http address, or base64 text. It is deleted within minutes.
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
        gr.api(_answer_in_sentences(name, function), api_name=name)
    _build_crops()


def _build_crops() -> None:
    """Add what a page asks (assets/engine) whose browser cannot find faces: callable, but for no one else to know."""

    def find(face: PictureInput) -> tuple[dict[str, Any], list[gr.FileData]]:
        """Find the faces of a picture: where they are, and a PNG of 64 x 64 pixels of each."""
        found = crops.find_crops(read_picture(picture_input.read(face)))
        files = [_file(sheet.png(picture), f"crop-{i}.png") for i, picture in enumerate(found.pictures, start=1)]
        return found.answer, files

    def cut(face: PictureInput, square: list[float] | None = None) -> gr.FileData:
        """Cut a square, [x and y of its middle, side], out of a picture: a PNG of 64 x 64 pixels."""
        chosen = None if square is None else arguments.square(square)
        return _file(sheet.png(crops.cut(read_picture(picture_input.read(face)), chosen)), "crop.png")

    functions: dict[str, Callable[..., Any]] = {"find": find, "cut": cut}
    for name, function in functions.items():
        gr.api(_answer_in_sentences(name, function), api_name=name, api_visibility="undocumented")


def _answer_in_sentences(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function under its endpoint's name; what it refuses is answered with a sentence and not logged."""

    @wraps(function)
    def answer(*values: Any) -> Any:
        try:
            return function(*values)
        except (PictureError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from None

    answer.__name__ = name  # what an agent knows the tool by
    return answer


def require_values(endpoint: BlockFunction, values: list[Any]) -> None:
    """Raise gr.Error unless there is a value for each parameter: gradio would put defaults in wrong positions."""
    if len(values) != len(endpoint.inputs):
        parameters = ", ".join(inspect.signature(endpoint.fn).parameters)
        raise gr.Error(
            f"/{endpoint.api_name} takes {len(endpoint.inputs)} values ({parameters}); {len(values)} were sent.",
            print_exception=False,
        )


def unpack_results(server: Any) -> None:
    """Let gradio's MCP server send the pictures of lists, too: of itself it sends a picture only if that is all."""
    send = server.postprocess_output_data
    server.postprocess_output_data = lambda results, root: send(list(_unpack(results)), root)


def _unpack(results: Iterable[Any]) -> Iterator[Any]:
    for result in results:
        if isinstance(result, list | tuple) and any(is_file_obj_with_meta(part) for part in result):
            yield from result
        else:
            yield result


def refuse(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that names an endpoint or a parameter wrongly; raise an error of any other request again."""
    if not isinstance(error, FnIndexInferError) and not CALLS.search(request.url.path):
        raise error
    reason = str(error).rstrip(".") if isinstance(error, TypeError) else "There is no endpoint of this name"
    answer = {"detail": f"{reason}. GET /gradio_api/info lists the endpoints and their parameters."}
    return JSONResponse(answer, 422 if isinstance(error, TypeError) else 404)


# raised by gradio for names that it does not know; without this the server prints a traceback for each
REFUSALS = dict.fromkeys((FnIndexInferError, KeyError, TypeError), refuse)
CALLS = re.compile("/gradio_api/(call|queue)/")


def _compare(vae: Pulled, seen: torch.Tensor) -> dict[str, Any]:
    """Compare a picture with the photographs that the VAE was validated on; the words are about photographs."""
    scores = typicality(vae, seen)
    return {
        "comparison": compare(vae.record, scores),
        "note": explain(vae.record),
        "negative_elbo": scores.negative_elbo._asdict(),
        "unexplained_variance": scores.unexplained._asdict(),
    }


def _pixels(face: object, crop: object, which: object) -> Pixels:
    how = arguments.choice("The crop", crop, ["face", "centre"])
    number = arguments.whole("The face's number", which, 1, 1000)
    return subject.read(picture_input.read(face), number, centre=how == "centre")


def _file(data: bytes, name: str) -> gr.FileData:
    return gr.FileData(path=str(download.kept(data, name)), orig_name=name).model_dump()
