"""The face a tab is about: uploaded, the example in the project, or sampled from a seed."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from faces.align import align, find_faces
from faces.image import PictureError, read_picture, to_array, to_picture, to_tensor
from ui import cards
from vae_models.autoencoder import draw_noise
from vae_models.hub import Pulled

EXAMPLE = Path(__file__).parent.parent / "assets" / "examples" / "astronaut.png"

# what a visitor's session keeps of a face: (64, 64, 3) uint8, and nothing else
Pixels = NDArray[np.uint8]


def tensor(pixels: Pixels) -> Tensor:
    """One kept face -> (1, 3, 64, 64) in [0, 1]."""
    return to_tensor(pixels[None])


def read(data: bytes | Path) -> Pixels:
    """A file's bytes -> the largest face in it as the models see it. Raises PictureError, one sentence, without one."""
    picture = read_picture(data)
    return to_array(align(picture, find_faces(picture)[0]))


def example() -> Pixels:
    """The public-domain portrait that the page opens with."""
    return read(EXAMPLE)


@torch.inference_mode()
def sampled(models: tuple[Pulled, ...], seed: int) -> Pixels:
    """A face that is nobody's: from the prior of the VAE, or of the first model where there is no VAE."""
    chosen = next((pulled for pulled in models if pulled.record.recipe == "vae"), models[0]).model
    noise = draw_noise(1, chosen.config.latent_dim, torch.Generator().manual_seed(seed))
    return to_array(to_picture(chosen.decode(noise)[0]))


def taken(path: Path) -> bytes:
    """The bytes of an upload, which is deleted. Raises PictureError where it is gone: equal uploads share a file."""
    try:
        data = path.read_bytes()
        path.unlink()
    except FileNotFoundError:
        raise PictureError("This picture was lost on its way: choose it once more.") from None
    return data


def upload_box(label: str, elem_id: str, height: int = 150) -> gr.File:
    """A place to drop a picture on; its event hands over the path of the file, unopened."""
    # no gr.Image: its preview asks for a file that is deleted, and it opens what `faces` shall open
    box = gr.File(label=label, file_types=["image"], height=height, min_width=220, scale=1, elem_id=elem_id)
    # gradio has made sure that the path is an upload's; gr.File would leave an empty file beside it
    box.preprocess = lambda payload: payload.path if payload else None  # type: ignore[method-assign]
    return box


def thumbnail(pixels: Pixels, alt: str) -> str:
    """A kept face, enlarged."""
    return cards.faces(tensor(pixels), alt)


def build(
    models: tuple[Pulled, ...], *, title: str, elem_id: str, first: Pixels, picked: gr.State | None = None
) -> gr.State:
    """A card that chooses a face; the State that it returns holds the Pixels, and changes when another is chosen.

    `picked` holds the face that was picked in Sample, or None.
    """

    def uploaded(path: str | None) -> tuple[None, Any, Any]:
        if path is None:
            return None, gr.skip(), gr.skip()
        try:
            pixels = read(taken(Path(path)))
        except PictureError as error:
            # no gr.Error: it would leave the file in its frame
            gr.Warning(escape(str(error)), title="Another picture, please")
            return None, gr.skip(), gr.skip()
        return None, pixels, thumbnail(pixels, title)

    def drawn(seed: float | None) -> tuple[Pixels, str]:
        pixels = sampled(models, abs(int(seed or 0)) % 2**32)
        return pixels, thumbnail(pixels, title)

    def shown() -> tuple[Pixels, str]:
        pixels = example()
        return pixels, thumbnail(pixels, title)

    def taken_over(pixels: Pixels | None) -> tuple[Any, Any]:
        if pixels is None:
            gr.Info("Click a face in Sample first.")
            return gr.skip(), gr.skip()
        return pixels, thumbnail(pixels, title)

    state = gr.State(first)
    with gr.Row(elem_classes="subject", elem_id=elem_id):
        with gr.Column(scale=0, min_width=128):
            picture = gr.HTML(thumbnail(first, title))
        with gr.Column(min_width=220):
            gr.HTML(f"<h3>{title}</h3>")
            box = upload_box("A portrait of yours", f"{elem_id}-upload", height=130)
            with gr.Row():
                seed = gr.Number(1, label="Seed", precision=0, minimum=0, min_width=90)
                sample = gr.Button("Sample a face", size="sm", min_width=110)
                portrait = gr.Button("Astronaut", size="sm", min_width=90)
                pick = gr.Button("Picked face", size="sm", min_width=90, visible=picked is not None)
    box.upload(uploaded, box, [box, state, picture], api_visibility="private", show_progress="hidden")
    sample.click(drawn, seed, [state, picture], api_visibility="private", show_progress="hidden")
    portrait.click(shown, None, [state, picture], api_visibility="private", show_progress="hidden")
    if picked is not None:
        pick.click(taken_over, picked, [state, picture], api_visibility="private", show_progress="hidden")
    return state
