"""Reconstruct: a picture, what the models see of it, and what each makes of that."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import torch
from PIL import Image

from faces.image import PictureError, crop, read_picture, to_array, to_tensor
from metrics.reconstruction import mse, psnr, ssim
from ui import cards
from ui.words import column, plain
from vae_models.hub import Pulled

EXAMPLE = Path(__file__).parent.parent / "assets" / "examples" / "astronaut.png"
SHOWN = 360  # pixels of the longer side of the uploaded picture as it is shown again
PRIVACY = (
    "Your picture is cropped, answered and deleted at once; it is not logged and not kept. "
    "The models were trained on faces that fill the square: crop closely for a fair result."
)
SCORES = (
    ("MSE", "Mean squared error of a colour value between 0 and 1: lower is nearer."),
    ("PSNR", "Peak signal-to-noise ratio in decibels: higher is nearer."),
    ("SSIM", "Structural similarity of 11 x 11 neighbourhoods, at most 1: higher is nearer."),
)


@torch.inference_mode()
def reconstruct(models: tuple[Pulled, ...], picture: Image.Image) -> str:
    """An upright RGB picture, its centre square, and every model's reconstruction of it with scores, as HTML.

    Raises PictureError where it is too small.
    """
    seen = crop(picture, "centre")
    x = to_tensor(to_array(seen)[None])
    found = [
        card_of_original(picture),
        cards.card("What models see", "64 × 64 pixels", cards.faces(x, "The crop")),
    ]
    for pulled in models:
        reconstruction = pulled.model.reconstruct(x)
        words = column(pulled)
        body = cards.faces(reconstruction, f"Reconstruction by {plain(words.title)}")
        values = (
            f"{mse(x, reconstruction).item():.4f}",
            f"{psnr(x, reconstruction).item():.1f} dB",
            f"{ssim(x, reconstruction).item():.3f}",
        )
        found.append(cards.model_card(words, body + _table(values)))
    return cards.row(found)


def card_of_original(picture: Image.Image) -> str:
    """The picture as it came, with the square that is cropped from it outlined."""
    width, height = picture.size
    side = min(width, height)
    small = picture.copy()
    small.thumbnail((SHOWN, SHOWN))
    outline = (
        f"left:{(width - side) / 2 / width:.2%};top:{(height - side) / 2 / height:.2%};"
        f"width:{side / width:.2%};height:{side / height:.2%}"
    )
    body = (
        f'<div class="original">{cards.picture_tag(small, "The picture you chose")}'
        f'<span class="outline" style="{outline}"></span></div>'
    )
    return cards.card("Your picture", f"{width} × {height} pixels", body)


def _table(values: tuple[str, ...]) -> str:
    rows = [
        f'<tr title="{meaning}"><th scope="row">{name}</th><td>{value}</td></tr>'
        for (name, meaning), value in zip(SCORES, values, strict=True)
    ]
    return f'<table class="scores">{"".join(rows)}</table>'


def _taken(path: Path) -> bytes:
    """The bytes of an upload, which is deleted. Raises PictureError where it is gone: equal uploads share a file."""
    try:
        data = path.read_bytes()
        path.unlink()
    except FileNotFoundError:
        raise PictureError("This picture was lost on its way: choose it once more.") from None
    return data


def build(models: tuple[Pulled, ...]) -> None:
    """The tab's content; to be called inside it."""

    def answer(path: str | None) -> tuple[None, Any]:
        if path is None:
            return None, gr.skip()
        try:
            return None, reconstruct(models, read_picture(_taken(Path(path))))
        except PictureError as error:
            # no gr.Error: it would leave the file in its frame
            gr.Warning(escape(str(error)), title="Another picture, please")
            return None, gr.skip()

    with gr.Row(elem_classes="rail"):
        # no gr.Image: its preview asks for a file that is deleted, and it opens what `faces` shall open
        upload = gr.File(label="A portrait", file_types=["image"], height=150, min_width=260, scale=1, elem_id="upload")
        # gradio has made sure that the path is an upload's; gr.File would leave an empty file beside it
        upload.preprocess = lambda payload: payload.path if payload else None  # type: ignore[method-assign]
        gr.HTML(f'<p class="note">{PRIVACY}</p>', min_width=300)
    shown = gr.HTML(reconstruct(models, read_picture(EXAMPLE)), elem_id="reconstructions")
    upload.upload(
        answer, upload, [upload, shown], api_visibility="private", show_progress="minimal", show_progress_on=upload
    )
