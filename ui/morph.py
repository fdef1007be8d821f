"""Morph: from one face to another through every model's codes."""

import json

import gradio as gr
import numpy as np
import torch
from gradio.components import Component
from PIL import Image
from torch import Tensor

from faces.image import to_array, to_picture
from ui import cards, download, sheet, subject
from ui.carry import Target
from ui.film import there_and_back
from ui.subject import Pixels, tensor
from ui.words import Column, column, plain
from ui.workers import each
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import Interpolation, interpolate

STEPS = 40  # from one face to the other; the slider stops at each
STRIDE = 5  # steps between two faces of the strip
FIRST_SEED, FIRST_T = 1, 0.5
WAYS: list[tuple[str, Interpolation]] = [
    ("Linear: a straight line", "linear"),
    ("Spherical: along an arc", "spherical"),
]

# the wrapper keeps --t when other faces come into it; a number that was typed goes to its nearest step
SHOW_STEP = f"""t => document.getElementById("morph").style.setProperty(
    "--t", Math.round(Math.min(1, Math.max(0, t || 0)) * {STEPS}) / {STEPS})"""

ABOUT = """<p class="note">A face's code is a point in a space of 32 dimensions, of which the report (II-B) asks for two
things: <b>continuity</b>, that codes close to each other give faces close to each other, and <b>completeness</b>, that
every code gives a face. The straight line z(t) = (1 − t) z₁ + t z₂ between two codes tests both: where they hold, each
step changes the face a little, and all on the way are faces. Nothing in the AE’s objective asks for either, so its way
may cross ground where no face was ever encoded, and two faces fade through each other instead of one becoming the
other. <b>Spherical</b> turns from the one code’s direction to the other’s: samples of N(0, I) in 32 dimensions have
lengths ‖z‖ close to √32 ≈ 5.7, hardly ever short ones, and the middle of a straight line is shorter than its
ends.</p>"""


@torch.inference_mode()
def passage(pulled: Pulled, a: Pixels, b: Pixels, how: Interpolation) -> tuple[Tensor, Tensor]:
    """A model's way from the mean code of one face to that of another, evenly, both reconstructions included.

    Pictures (STEPS + 1, 3, 64, 64) in [0, 1], and the lengths of their codes (STEPS + 1,).
    """
    codes = pulled.model.encode(torch.cat([tensor(a), tensor(b)])).mean
    z = interpolate(codes[:1], codes[1:], torch.linspace(0, 1, STEPS + 1)[:, None], how)
    return pulled.model.decode(z), z.norm(dim=-1)


def morph(models: tuple[Pulled, ...], a: Pixels, b: Pixels, how: Interpolation) -> str:
    """Every model's card as HTML: all the steps in one sheet, of which the CSS variable --t shows one, and a strip."""

    def card(pulled: Pulled) -> str:
        images, lengths = passage(pulled, a, b, how)
        words = column(pulled)
        start, halfway, end = lengths[:: STEPS // 2].tolist()
        foot = f"‖z‖ = {start:.1f} at the first face, {halfway:.1f} halfway, {end:.1f} at the second"
        return cards.model_card(words, _sheet(images, words) + _strip(images, words), foot)

    return cards.row(each(card, models))


def _sheet(images: Tensor, words: Column) -> str:
    # a rim of one pixel, repeated from the edge: enlarged smoothly, a face must not mix with the one above it
    tall = np.concatenate([np.pad(to_array(to_picture(image)), ((1, 1), (1, 1), (0, 0)), "edge") for image in images])
    picture = cards.picture_tag(Image.fromarray(tall), f"Between the two faces, by {plain(words.title)}")
    return f'<div class="sheet" style="--frames: {len(images)}">{picture}</div>'


def _strip(images: Tensor, words: Column) -> str:
    tags = [
        cards.picture_tag(to_picture(images[i]), f"{plain(words.title)}, {i / STEPS:.1%} of the way")
        for i in range(0, STEPS + 1, STRIDE)
    ]
    return f'<div class="strip">{"".join(tags)}<span class="here"></span></div>'


def film(models: tuple[Pulled, ...], a: Pixels, b: Pixels, how: Interpolation) -> bytes:
    """An animated WebP that goes there and back without end: the first face, every model's way, the second face."""
    passages = each(lambda pulled: passage(pulled, a, b, how)[0], models)
    titles = ["First face", *(plain(column(pulled).title) for pulled in models), "Second face"]
    ground = sheet.ground(titles)
    for place, pixels in ((0, a), (len(titles) - 1, b)):
        sheet.put(ground, place, 0, Image.fromarray(pixels))
    there = []
    for images in zip(*passages, strict=True):
        frame = ground.copy()
        for place, image in enumerate(images, start=1):
            sheet.put(frame, place, 0, to_picture(image))
        there.append(frame)
    return there_and_back(there)


@torch.inference_mode()
def codes_json(models: tuple[Pulled, ...], a: Pixels, b: Pixels) -> bytes:
    """Every model's mean codes of the two faces, as a JSON file."""
    faces = torch.cat([tensor(a), tensor(b)])
    codes = {pulled.name: pulled.model.encode(faces).mean.tolist() for pulled in models}
    return json.dumps({name: {"first": first, "second": second} for name, (first, second) in codes.items()}).encode()


def build(models: tuple[Pulled, ...], picked: gr.State, example: Pixels) -> list[Target]:
    """The tab's content; to be called inside it. `picked` holds a face picked in another tab, `example` the one to
    begin with."""

    def answer(a: Pixels, b: Pixels, how: Interpolation) -> str:
        return morph(models, a, b, how)

    def filmed(a: Pixels, b: Pixels, how: Interpolation) -> bytes:
        return film(models, a, b, how)

    def codes_file(a: Pixels, b: Pixels) -> bytes:
        return codes_json(models, a, b)

    sampled = subject.sampled(models, FIRST_SEED)
    with gr.Row(elem_classes="rail"):
        with gr.Column(min_width=320):
            first = subject.build(models, "First face", "morph-first", example, picked=picked, example=example)
        with gr.Column(min_width=320):
            second = subject.build(models, "Second face", "morph-second", sampled, picked=picked, example=example)
    with gr.Row(elem_classes="rail", equal_height=True):
        slider = gr.Slider(
            0,
            1,
            FIRST_T,
            step=1 / STEPS,
            label="From the first face to the second",
            min_width=300,
            elem_id="morph-slider",
        )
        how = gr.Radio(WAYS, value="linear", label="Way between their codes", min_width=330)
    shown = gr.HTML(morph(models, example, sampled, "linear"), elem_id="morph")
    with gr.Row(elem_classes="rail away"):
        gr.HTML('<p class="note">Take it away:</p>')
        as_film, as_json = download.button("Film (WebP)"), download.button("Codes (JSON)")
    with gr.Accordion("What am I looking at?", open=False):
        gr.HTML(ABOUT)
    faces: list[Component] = [first.state, second.state]
    slider.input(None, slider, None, js=SHOW_STEP, api_visibility="private", show_progress="hidden")
    gr.on(
        [first.state.change, second.state.change, how.change],
        answer,
        [*faces, how],
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )
    download.offer(as_film, filmed, [*faces, how], "vae-faces-morph.webp")
    download.offer(as_json, codes_file, faces, "vae-faces-codes.json")
    return [Target("To Morph, first", "morph", first), Target("To Morph, second", "morph", second)]
