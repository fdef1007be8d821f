"""Reconstruct: a photograph, the face that the models see in it, and what each makes of that."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from faces.errors import PictureError
from faces.image import read_picture
from ui import download, scoring, subject
from ui.carry import Source
from ui.photograph import Photograph, crop_by_hand, look_at
from ui.reconstructions import look, reconstruct
from ui.scoring import disturb
from ui.subject import Pixels
from ui.uploads import KEPT
from ui.words import LATEX
from vae_models.hub.pull import Pulled

NOISIEST = 0.5  # standard deviation of a colour value between 0 and 1
PRIVACY = (
    f"The file is deleted within {KEPT} seconds and nothing is logged. The crop and a copy of 360 pixels stay with "
    "this page's session, which is forgotten within the hour after you leave."
)
NO_FACE = "No face was found. Place the square by hand, below, or choose a picture with a face seen from the front."
WHAT = r"""
The encoder answers a face $x$ with a distribution of codes $q(z|x)$ (the AE with one code), and the decoder $g$ draws
the face of its mean again. All that the decoder learns of $x$ are those 32 numbers: what is left of the face is what
the model found worth remembering. The maps under the faces show where it errs, dark where it does not.

- **Alignment.** The models know CelebA's frame alone: eyes level, always in the same two places. So the face is found,
  turned and cropped the same way; what the models see is shown.
- **Noise.** A code has no room for noise, so it is left out: the report's noise reduction. Scores are against the face
  without it.
- **Comparison with photographs.** The negative ELBO
  $\mathbb{E}_{z \sim q}\lVert x - g(z) \rVert^2 + \mathcal{D}(q(z|x) \parallel p(z))$ bounds how unlikely the VAE finds
  a picture (report, eq. 5, its constant left out). A smooth picture has a low one whatever it shows, so the share of
  its variance that stays unexplained is compared, too. Both depend on pose, light, background, glasses, blur and noise,
  and on whom the photographs show. They say how unlike those a picture is, and nothing about a person: whether there is
  a face in it only the face finder says.
"""


def build(models: tuple[Pulled, ...], first: Photograph) -> Source:
    """The tab's content; to be called inside it. `first` is the photograph to begin with."""

    def uploaded(path: str | None, noise: float) -> dict[Component, Any]:
        if path is None:
            return {}
        try:
            photo = look_at(read_picture(subject.received(Path(path))))
        except PictureError as error:
            # no gr.Error: it would leave the file in its frame
            gr.Warning(escape(str(error)), title="Another picture, please")
            return {upload: None}
        many = len(photo.crops) > 1
        choices = [str(i) for i in range(1, len(photo.crops) + 1)]
        if photo.unfound:
            gr.Warning(NO_FACE, title="No face")
        pixels, card = chosen(photo, None, 0.5, 0.5, 1)
        return {
            upload: None,
            kept: photo,
            face: gr.Radio(choices, value="1" if many else None, visible=many),
            hand: gr.Row(visible=photo.unfound is not None),
            shown: reconstruct(models, card, pixels, noise),
        }

    def chosen(photo: Photograph, which: str | None, across: float, down: float, size: float) -> tuple[Pixels, str]:
        if photo.unfound:
            return crop_by_hand(photo.unfound, across, down, size)
        return photo.crops[int(which or 1) - 1], photo.card

    def answer(photo: Photograph, which: str | None, across: float, down: float, size: float, noise: float) -> str:
        pixels, card = chosen(photo, which, across, down, size)
        return reconstruct(models, card, pixels, noise)

    def current(photo: Photograph, which: str | None, across: float, down: float, size: float) -> Pixels:
        return chosen(photo, which, across, down, size)[0]

    def png_file(*values: Any) -> bytes:
        *choice, noise = values
        face = subject.tensor(current(*choice))
        return scoring.pictures(face, disturb(face, noise), look(models, current(*choice), noise))

    def csv_file(*values: Any) -> bytes:
        *choice, noise = values
        return scoring.as_csv(scoring.table(look(models, current(*choice), noise)))

    def json_file(*values: Any) -> bytes:
        *choice, noise = values
        return scoring.codes_json(look(models, current(*choice), noise))

    kept = gr.State(first)
    with gr.Row(elem_classes="rail"):
        upload = subject.upload_box("A portrait", "upload")
        with gr.Column(min_width=300):
            noise = gr.Slider(0, NOISIEST, 0, step=0.05, label="Noise added before encoding")
            gr.HTML(f'<p class="note">{PRIVACY}</p>')
    face = gr.Radio([], label="Which face?", visible=False)
    with gr.Row(visible=False, elem_classes="rail") as hand:
        across = gr.Slider(0, 1, 0.5, step=0.01, label="Square: left to right", min_width=160)
        down = gr.Slider(0, 1, 0.5, step=0.01, label="Top to bottom", min_width=160)
        size = gr.Slider(0.1, 1, 1, step=0.01, label="Size", min_width=160)
    shown = gr.HTML(reconstruct(models, first.card, first.crops[0], 0), elem_id="reconstructions")
    with gr.Row(elem_classes="rail away"):
        gr.HTML('<p class="note">Take this face to another tab, or its results away:</p>')
        carrying = gr.Row(elem_classes="carry")
        as_png, as_csv = download.button("Pictures (PNG)"), download.button("Table (CSV)")
        as_json = download.button("Codes (JSON)")
    with gr.Accordion("What am I looking at?", open=False):
        gr.Markdown(WHAT, latex_delimiters=LATEX)
    upload.upload(
        uploaded,
        [upload, noise],
        [upload, kept, face, hand, shown],
        api_visibility="private",
        show_progress="minimal",
        show_progress_on=upload,
    )
    choice: list[Component] = [kept, face, across, down, size]
    gr.on(
        [face.input, across.input, down.input, size.input, noise.input],
        answer,
        [*choice, noise],
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )
    download.offer(as_png, png_file, [*choice, noise], "vae-faces-reconstructions.png")
    download.offer(as_csv, csv_file, [*choice, noise], "vae-faces-scores.csv")
    download.offer(as_json, json_file, [*choice, noise], "vae-faces-codes.json")
    return Source(carrying, current, choice)
