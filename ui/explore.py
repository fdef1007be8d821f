"""Explore: a face's latents under the visitor's fingers, decoded in the browser (report, Fig. 1)."""

from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr
import torch
from torch import Tensor

from faces.image import to_picture
from ui import arguments, cards, sheet, subject
from ui.carry import Target
from ui.latents import as_json
from ui.sample import FIRST_SEED, LARGEST_SEED, MOST, Draw, codes
from ui.static import ASSETS, address
from ui.subject import Pixels
from ui.traversal import Moved, across_png, grid_film, grid_png
from ui.words import LATEX, column, plain
from ui.workers import each
from vae_models.files.names import DECODER, DENSITIES
from vae_models.hub.pull import Pulled

ACROSS = 4  # faces that one feature is shown on in every model, as in the report
# the explorer may not be there yet: it asks for the newest codes when it comes
TELL = """codes => {
  window.exploreCodes = codes;
  window.dispatchEvent(new Event("explore-codes"));
}"""
START = """
import(new URL("explore/explorer.js", document.baseURI)).then(
  explorer => explorer.start(element, props.models, props.codes, server),
  error => { element.querySelector(".said").textContent = `The page's own script did not load: ${error.message}`; },
);
"""
SKELETON = ASSETS / "explore" / "skeleton.html"  # before its script runs
WHAT = r"""
A code $z$ is a point in a space of 32 dimensions; each slider moves it along one of them, and the decoder $g$ draws the
face $g(z)$ of every point on the way (report, Fig. 1: the range of each slider stands in brackets there). Where a
dimension has learnt *one* feature - the light's direction, a smile, the colour of the hair - and leaves all others in
place, the code is *disentangled*. The AE's dimensions change everything at once; the larger $\beta$, the more of what a
dimension does is one thing, and the fewer dimensions are left that do anything at all.

The bar beside a dimension's number is its mean KL over the validation faces: how many nats it spends on telling faces
apart. A dimension that spends none is *inactive*: its posterior is the prior, whatever the face. Sliders reach three
standard deviations of the codes to either side of their mean.

Names of dimensions and of features are the labels of a data set, CelebA's for the bundled models ("attractive", "pale
skin"): what its labellers wrote about photographs, no fact about a face. In the data set features go together, so one
slider moves others with it.
"""


def build(models: tuple[Pulled, ...], picked: gr.State, example: Pixels) -> list[Target]:
    """The tab's content; to be called inside it. `picked` holds a face picked in another tab, `example` the one to
    begin with."""
    named = {pulled.name: pulled for pulled in models}

    def which(asked: Any) -> Pulled:
        return named[arguments.choice("The model", asked["model"], list(named))]

    @torch.inference_mode()
    def decode(asked: Any) -> list[str]:
        pulled = which(asked)
        z = arguments.codes(asked["codes"], pulled.model.config.latent_dim, MOST)
        return [_address(sheet.png(to_picture(image)), "png") for image in pulled.model.decode(z)]

    def seed(asked: Any) -> dict[str, list[float]]:
        return {pulled.name: drawn(pulled, asked["seed"], 1)[0].tolist() for pulled in models}

    def traversals(asked: Any) -> str:
        pulled = which(asked)
        z = arguments.codes(asked["codes"], pulled.model.config.latent_dim, 1)[0]
        if arguments.choice("The kind", asked["kind"], ["png", "webp"]) == "webp":
            return _address(grid_film(pulled, z), "webp")
        return _address(grid_png(pulled, z, rows=len(z)), "png")

    def across(asked: Any) -> str:
        chosen = [asked["dimensions"][pulled.name] for pulled in models]
        moved = [
            Moved(
                arguments.whole("The dimension", one["index"], 0, pulled.model.config.latent_dim - 1),
                bool(one["flipped"]),
            )
            for one, pulled in zip(chosen, models, strict=True)
        ]
        return _address(across_png(models, [drawn(one, asked["seed"], ACROSS) for one in models], moved), "png")

    def encoded(pixels: Pixels) -> dict[str, list[float]]:
        return encode(models, pixels)

    chooser = subject.build(models, "The face", "explore-face", example, picked=picked, example=example)
    start = encode(models, example)
    gr.HTML(
        html_template=skeleton(models, start),
        js_on_load=START,
        elem_id="explorer",
        server_functions=[_spoken(function) for function in (decode, seed, traversals, across)],
        models=[described(pulled) for pulled in models],
        codes=start,
    )
    with gr.Accordion("What am I looking at?", open=False):
        gr.Markdown(WHAT, latex_delimiters=LATEX)
    told = gr.JSON(visible="hidden")
    chosen = chooser.state.change(
        encoded, chooser.state, told, api_visibility="private", show_progress="hidden", trigger_mode="always_last"
    )
    chosen.success(None, told, None, js=TELL, api_visibility="private")
    return [Target("To Explore", "explore", chooser)]


def encode(models: tuple[Pulled, ...], pixels: Pixels) -> dict[str, list[float]]:
    """A face's mean code by every model."""
    face = subject.tensor(pixels)

    @torch.inference_mode()
    def mean(pulled: Pulled) -> list[float]:
        return pulled.model.encode(face).mean[0].tolist()

    return dict(zip((pulled.name for pulled in models), each(mean, models), strict=True))


def described(pulled: Pulled) -> dict[str, Any]:
    """What the browser is told of a model."""
    return {
        **as_json(pulled),
        "onnx": address(pulled, DECODER),
        "densities": address(pulled, DENSITIES),
    }


@torch.inference_mode()
def skeleton(models: tuple[Pulled, ...], start: dict[str, list[float]]) -> str:
    """The explorer before its script runs: the first model's face as a picture that stands in for the canvas."""
    first = next((pulled for pulled in models if pulled.record.family == "vae"), models[0])
    face = first.model.decode(torch.tensor([start[first.name]]))[0]
    choices = "".join(
        f'<label class="{column(pulled).colour}"><input type="radio" name="explored" value="{pulled.name}">'
        f"<span>{column(pulled).title}</span></label>"
        for pulled in models
    )
    figures = "".join(
        f'<figure class="{column(pulled).colour}"><canvas width="64" height="64" role="img" '
        f'aria-label="By {plain(column(pulled).title)}"></canvas>'
        f"<figcaption>{column(pulled).title}</figcaption></figure>"
        for pulled in models
    )
    return SKELETON.read_text(encoding="utf-8").format(
        colour=column(first).colour,
        stand_in=cards.picture_tag(to_picture(face), "The face of these latents"),
        seed=FIRST_SEED,
        most=LARGEST_SEED,
        choices=choices,
        figures=figures,
    )


def drawn(pulled: Pulled, seed: int, count: int) -> Tensor:
    """The codes of a seed's faces. (count, D) An AE's lie where the Gaussian fitted to its codes does."""
    return codes(pulled, Draw(seed, count, "standard" if pulled.model.config.stochastic else "fitted"))


def _spoken(function: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """For the browser: {"answer": ...}, or {"error": a sentence} for what does not fit."""

    @wraps(function)
    def answer(asked: Any) -> dict[str, Any]:
        try:
            return {"answer": function(asked)}
        except (KeyError, TypeError, ValueError) as error:
            return {"error": str(error)}

    return answer


def _address(data: bytes, kind: str) -> str:
    """A picture as the address of itself."""
    return f"data:image/{kind};base64,{b64encode(data).decode()}"
