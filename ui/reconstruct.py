"""Reconstruct: a photograph, the face that the models see in it, and what each makes of that."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import torch
from gradio.components import Component
from PIL import Image
from torch import Tensor

from faces.image import PictureError, read_picture
from metrics.reconstruction import mse, psnr, ssim
from ui import cards, subject
from ui.photograph import Photograph, crop_by_hand, look_at
from ui.subject import Pixels
from ui.typicality import drawing, typicality
from ui.words import column, plain
from vae_models.distributions import DiagonalGaussian
from vae_models.hub import Pulled

NOISIEST = 0.5  # standard deviation of a colour value between 0 and 1
ACTIVE = 0.1  # nats above which a dimension is said to speak of a face
WORST = 0.35  # of a colour value, where the error map is at its brightest
MAGMA = np.array([(0, 0, 4), (81, 18, 124), (183, 55, 121), (252, 137, 97), (252, 253, 191)], np.float64)
PRIVACY = (
    "The file is deleted as soon as it is read, and nothing is logged. The crop and a copy of 360 pixels stay with "
    "this page's session, which is forgotten within the hour after you leave."
)
NO_FACE = "No face was found. Place the square by hand, below, or choose a picture with a face seen from the front."
SCORES = (
    ("MSE", "Mean squared error of a colour value between 0 and 1: lower is nearer."),
    ("PSNR", "Peak signal-to-noise ratio in decibels: higher is nearer."),
    ("SSIM", "Structural similarity of 11 x 11 neighbourhoods, at most 1: higher is nearer."),
    ("KL", "Nats that the code spends on this face; a point code has none."),
    ("Active", f"Dimensions of 32 that spend more than {ACTIVE} nats on it."),
)


@torch.inference_mode()
def reconstruct(models: tuple[Pulled, ...], photograph: str, pixels: Pixels, noise: float) -> str:
    """A photograph's card, the face in it as the models see it, and every model's reconstruction, as HTML.

    `noise` is the standard deviation of the Gaussian noise that is added before encoding (the report's noise
    reduction); scores are against the face without it.
    """
    x = subject.tensor(pixels)
    disturbed = (x + noise * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    seen = "64 × 64 pixels" if noise == 0 else f"64 × 64 pixels, noise {noise:g}"
    found = [photograph, cards.card("What models see", seen, cards.faces(disturbed, "The crop"))]
    for pulled in models:
        posterior = pulled.model.encode(disturbed)
        reconstruction = pulled.model.decode(posterior.mean)
        words = column(pulled)
        title = plain(words.title)
        body = cards.faces(reconstruction, f"Reconstruction by {title}") + error_map(x, reconstruction, title)
        spent = posterior.kl()[0] if isinstance(posterior, DiagonalGaussian) else None
        found.append(cards.model_card(words, body + _table(_values(x, reconstruction, spent))))
    judge = next((pulled for pulled in models if pulled.record.recipe == "vae"), None)
    return cards.row(found) + (drawing(judge, typicality(judge, disturbed)) if judge else "")


def error_map(x: Tensor, reconstruction: Tensor, title: str) -> str:
    """Root mean squared error of each pixel over its colours, dark where there is none, as HTML."""
    error = (x - reconstruction)[0].square().mean(dim=0).sqrt().div(WORST).clamp(0, 1).numpy()
    stops = np.linspace(0, 1, len(MAGMA))
    colours = np.stack([np.interp(error, stops, channel) for channel in MAGMA.T], axis=-1)
    picture = Image.fromarray(colours.round().astype(np.uint8))
    return f'<div class="faces few error">{cards.picture_tag(picture, f"Where {title} errs")}</div>'


def _values(x: Tensor, reconstruction: Tensor, spent: Tensor | None) -> tuple[str, ...]:
    return (
        f"{mse(x, reconstruction).item():.4f}",
        f"{psnr(x, reconstruction).item():.1f} dB",
        f"{ssim(x, reconstruction).item():.3f}",
        "–" if spent is None else f"{spent.sum().item():.1f} nats",
        "–" if spent is None else f"{int((spent > ACTIVE).sum())}",
    )


def _table(values: tuple[str, ...]) -> str:
    rows = [
        f'<tr title="{meaning}"><th scope="row">{name}</th><td>{value}</td></tr>'
        for (name, meaning), value in zip(SCORES, values, strict=True)
    ]
    return f'<table class="scores">{"".join(rows)}</table>'


def build(models: tuple[Pulled, ...]) -> None:
    """The tab's content; to be called inside it."""
    first = look_at(read_picture(subject.EXAMPLE))

    def uploaded(path: str | None, noise: float) -> dict[Component, Any]:
        if path is None:
            return {}
        try:
            photo = look_at(read_picture(subject.taken(Path(path))))
        except PictureError as error:
            # no gr.Error: it would leave the file in its frame
            gr.Warning(escape(str(error)), title="Another picture, please")
            return {upload: None}
        many = len(photo.crops) > 1
        choices = [str(i) for i in range(1, len(photo.crops) + 1)]
        if photo.unfound:
            gr.Warning(NO_FACE, title="No face")
            pixels, card = crop_by_hand(photo.unfound, 0.5, 0.5, 1)
        else:
            pixels, card = photo.crops[0], photo.card
        return {
            upload: None,
            kept: photo,
            face: gr.Radio(choices, value="1" if many else None, visible=many),
            hand: gr.Row(visible=photo.unfound is not None),
            shown: reconstruct(models, card, pixels, noise),
        }

    def answer(photo: Photograph, which: str | None, across: float, down: float, size: float, noise: float) -> str:
        if photo.unfound:
            pixels, card = crop_by_hand(photo.unfound, across, down, size)
        else:
            pixels, card = photo.crops[int(which or 1) - 1], photo.card
        return reconstruct(models, card, pixels, noise)

    kept = gr.State(first)
    with gr.Row(elem_classes="rail"):
        upload = subject.upload_box("A portrait", "upload", height=130)
        with gr.Column(min_width=300):
            noise = gr.Slider(0, NOISIEST, 0, step=0.05, label="Noise added before encoding")
            gr.HTML(f'<p class="note">{PRIVACY}</p>')
    face = gr.Radio([], label="Which face?", visible=False)
    with gr.Row(visible=False, elem_classes="rail") as hand:
        across = gr.Slider(0, 1, 0.5, step=0.01, label="Square: left to right", min_width=160)
        down = gr.Slider(0, 1, 0.5, step=0.01, label="Top to bottom", min_width=160)
        size = gr.Slider(0.1, 1, 1, step=0.01, label="Size", min_width=160)
    shown = gr.HTML(reconstruct(models, first.card, first.crops[0], 0), elem_id="reconstructions")
    upload.upload(
        uploaded,
        [upload, noise],
        [upload, kept, face, hand, shown],
        api_visibility="private",
        show_progress="minimal",
        show_progress_on=upload,
    )
    gr.on(
        [face.input, across.input, down.input, size.input, noise.input],
        answer,
        [kept, face, across, down, size, noise],
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )
