"""The face a tab is about: uploaded, the example in the project, or sampled from a seed."""

from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from faces.align import NoFaceFound
from faces.errors import PictureError
from faces.formats import readable_endings
from faces.image import to_array, to_picture, to_tensor
from faces.preprocessing import preprocess
from ui import cards
from vae_models.autoencoder import draw_noise
from vae_models.hub.pull import Pulled

EXAMPLE = Path(__file__).parent.parent / "assets" / "examples" / "astronaut.png"

# what a visitor's session keeps of a face: (64, 64, 3) uint8, and nothing else
Pixels = NDArray[np.uint8]


NO_COLOUR = (
    "These models see one channel: they were trained on drawings, and a photograph would tell them nothing. "
    "Sample shows what they draw, Models what they score."
)


def that_see_faces(models: tuple[Pulled, ...]) -> tuple[Pulled, ...]:
    """Those of three channels: a face can be put into no other."""
    return tuple(pulled for pulled in models if pulled.model.config.channels == 3)


def require_sight(models: tuple[Pulled, ...]) -> tuple[Pulled, ...]:
    """As `that_see_faces`; raises ValueError where there are none."""
    found = that_see_faces(models)
    if not found:
        raise ValueError(NO_COLOUR)
    return found


def tensor(pixels: Pixels) -> Tensor:
    """One kept face -> (1, 3, 64, 64) in [0, 1]."""
    return to_tensor(pixels[None])


def read(data: bytes | Path, which: int = 1, *, centre: bool = False) -> Pixels:
    """A file's bytes -> a face in it as the models see it: the largest, or the one of that number by size.

    With `centre` the largest square in the middle, whatever it shows; a 64 x 64 picture is taken as it is. Raises
    PictureError, one sentence, where there is no such face or no picture.
    """
    return preprocess(data, "centre" if centre else "aligned", which).pixels


@torch.inference_mode()
def sampled(models: tuple[Pulled, ...], seed: int) -> Pixels:
    """A face that is nobody's: from the prior of the VAE, or of the first model where there is no VAE."""
    chosen = next((pulled for pulled in models if pulled.record.family == "vae"), models[0]).model
    noise = draw_noise(1, chosen.config.latent_dim, torch.Generator().manual_seed(seed))
    return to_array(to_picture(chosen.decode(noise)[0]))


def received(path: Path) -> bytes:
    """The bytes of an upload. Raises PictureError where its time is over.

    It is not deleted here, but by `uploads`, in minutes: visitors who send the same picture share its file.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PictureError("This picture was lost on its way: choose it once more.") from None


def file_types() -> list[str]:
    """List what an upload box offers: the endings that can be read, of which browsers do not know all, and any image.

    An image that cannot be read is answered by a sentence of ours, not by the browser.
    """
    return ["image", *sorted(readable_endings())]


def upload_box(label: str, elem_id: str) -> gr.File:
    """A place to drop a picture on, to paste one into, or to have the camera take one; its event hands over the path
    of the file, unopened."""
    # no gr.Image: it opens what `faces` shall open, and its preview stays where the next picture shall be dropped
    with gr.Column(min_width=220, elem_classes="upload"):
        box = gr.File(label=label, file_types=file_types(), height=76, show_label=False, elem_id=elem_id)
        gr.HTML(
            f'<p class="note">{label}: drop it here, paste it, or '
            f'<button type="button" class="link" data-camera="{elem_id}">use the camera</button>.</p>'
        )
    # gradio has made sure that the path is an upload's; gr.File would leave an empty file beside it
    box.preprocess = lambda payload: payload.path if payload else None  # type: ignore[method-assign]
    return box


def thumbnail(pixels: Pixels, alt: str) -> str:
    """A kept face, enlarged."""
    return cards.faces(tensor(pixels), alt)


class Chooser(NamedTuple):
    """A card that chooses a face."""

    state: gr.State  # of its Pixels; changes when another face is chosen
    picture: gr.HTML  # the face, shown


def build(
    models: tuple[Pulled, ...], title: str, elem_id: str, first: Pixels, *, picked: gr.State, example: Pixels
) -> Chooser:
    """A card that chooses a face: uploaded, sampled, the example, or what `picked` holds (Pixels or None)."""

    def uploaded(path: str | None) -> tuple[None, Any, Any]:
        if path is None:
            return None, gr.skip(), gr.skip()
        try:
            pixels = read(received(Path(path)))
        except PictureError as error:
            # no gr.Error: it would leave the file in its frame
            by_hand = " Reconstruct takes a crop by hand and passes it on." if isinstance(error, NoFaceFound) else ""
            gr.Warning(escape(str(error)) + by_hand, title="Another picture, please")
            return None, gr.skip(), gr.skip()
        return None, pixels, thumbnail(pixels, title)

    def drawn(seed: float | None) -> tuple[Pixels, str]:
        pixels = sampled(models, abs(int(seed or 0)) % 2**32)
        return pixels, thumbnail(pixels, title)

    def shown() -> tuple[Pixels, str]:
        return example, thumbnail(example, title)

    def taken_over(pixels: Pixels | None) -> tuple[Any, Any]:
        if pixels is None:
            gr.Info("Click a face in Sample first, or pass one on from Reconstruct.")
            return gr.skip(), gr.skip()
        return pixels, thumbnail(pixels, title)

    state = gr.State(first)
    with gr.Row(elem_classes="subject", elem_id=elem_id):
        with gr.Column(scale=0, min_width=128):
            picture = gr.HTML(thumbnail(first, title))
        with gr.Column(min_width=220):
            gr.HTML(f"<h3>{title}</h3>")
            box = upload_box("A portrait of yours", f"{elem_id}-upload")
            with gr.Row(elem_classes="choices"):
                sample = gr.Button("Sample a face", size="sm", min_width=100)
                seed = gr.Number(
                    1,
                    label="Seed of the sampled face",
                    show_label=False,
                    container=False,
                    precision=0,
                    minimum=0,
                    min_width=70,
                    elem_id=f"{elem_id}-seed",
                )
                portrait = gr.Button("Astronaut", size="sm", min_width=80)
                pick = gr.Button("Picked face", size="sm", min_width=90)
    box.upload(uploaded, box, [box, state, picture], api_visibility="private", show_progress="hidden")
    sample.click(drawn, seed, [state, picture], api_visibility="private", show_progress="hidden")
    portrait.click(shown, None, [state, picture], api_visibility="private", show_progress="hidden")
    pick.click(taken_over, picked, [state, picture], api_visibility="private", show_progress="hidden")
    return Chooser(state, picture)
