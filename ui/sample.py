"""Sample: one noise, every model, side by side (report, Fig. 2)."""

from dataclasses import dataclass
from io import BytesIO

import gradio as gr
import torch
from PIL import Image
from torch import Tensor

from faces.image import SIZE, to_array, to_picture
from ui import cards, download
from ui.subject import Pixels
from ui.words import SAMPLE_HINTS, Prior, column, plain
from vae_models.autoencoder import draw_noise
from vae_models.hub import Pulled

FIRST_SEED, FIRST_COUNT, MOST = 7, 12, 36
LARGEST_SEED = 2**32 - 1
WARMEST = 2.0
PRIORS: list[tuple[str, Prior]] = [("Standard normal N(0, I)", "standard"), ("Fitted Gaussian", "fitted")]
SHEET_COLUMNS, GAP = 6, 2  # of the picture that is downloaded
PICK = """element.addEventListener('click', event => {
  const face = event.target.closest('[data-face]');
  if (face) trigger('click', {face: face.dataset.face});
});"""


@dataclass(frozen=True)
class Draw:
    """What decides the faces of a column. Raises ValueError, one sentence, for what cannot be drawn."""

    seed: int
    count: int = FIRST_COUNT
    prior: Prior = "standard"
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"The seed must be a whole number from 0 to {LARGEST_SEED}.")
        if not 1 <= self.count <= MOST:
            raise ValueError(f"Ask for 1 to {MOST} faces.")
        if not 0 <= self.temperature <= WARMEST:
            raise ValueError(f"The temperature must lie between 0 and {WARMEST:g}.")


@torch.inference_mode()
def pictures(pulled: Pulled, draw: Draw) -> Tensor:
    """The faces of one model: the noise of the seed, times the temperature, decoded. (count, 3, 64, 64) in [0, 1]"""
    generator = torch.Generator().manual_seed(draw.seed)
    noise = draw.temperature * draw_noise(draw.count, pulled.model.config.latent_dim, generator)
    return pulled.model.decode(pulled.model.latents(noise, prior=draw.prior))


def sample(models: tuple[Pulled, ...], draw: Draw) -> str:
    """The faces of every model from the same noise, as HTML."""
    found = []
    for place, pulled in enumerate(models):
        words = column(pulled)
        alt = f"{plain(words.title)}, seed {draw.seed}, face"
        body = cards.faces(pictures(pulled, draw), alt, pick=f"{place}")
        found.append(cards.model_card(words, body, SAMPLE_HINTS[pulled.record.recipe, draw.prior]))
    return cards.row(found)


def sheet(models: tuple[Pulled, ...], draw: Draw) -> bytes:
    """The same faces as one PNG, a block of rows for each model, 64 pixels a face."""
    step, rows = SIZE + GAP, -(-draw.count // SHEET_COLUMNS)
    block = rows * step + 4 * GAP
    page = Image.new("RGB", (SHEET_COLUMNS * step - GAP, len(models) * block - 5 * GAP), "white")
    for place, pulled in enumerate(models):
        for i, image in enumerate(pictures(pulled, draw)):
            corner = (i % SHEET_COLUMNS * step, place * block + i // SHEET_COLUMNS * step)
            page.paste(to_picture(image), corner)
    stream = BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def build(models: tuple[Pulled, ...]) -> gr.State:
    """The tab's content, to be called inside it; the State that it returns holds the Pixels of the face picked last."""

    def read(seed: float | None, count: float, prior: Prior, temperature: float) -> Draw:
        try:
            return Draw(-1 if seed is None else int(seed), int(count), prior, temperature)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def answer(seed: float | None, count: float, prior: Prior, temperature: float) -> str:
        return sample(models, read(seed, count, prior, temperature))

    def saved(seed: float | None, count: float, prior: Prior, temperature: float) -> bytes:
        return sheet(models, read(seed, count, prior, temperature))

    def pick(
        event: gr.EventData, seed: float | None, count: float, prior: Prior, temperature: float
    ) -> tuple[Pixels, str]:
        place, face = (int(part) for part in event.face.split(","))
        image = pictures(models[place], read(seed, count, prior, temperature))[face]
        title = plain(column(models[place]).title)
        return to_array(to_picture(image)), (
            f'<p class="picked">{cards.picture_tag(to_picture(image), "The picked face")}<span>Picked: {title}, face '
            f"{face + 1}. Beta and Morph now offer it as <b>Picked face</b>.</span></p>"
        )

    picked = gr.State(None)
    with gr.Row(elem_classes="rail", equal_height=True):
        seed = gr.Number(FIRST_SEED, label="Seed", precision=0, minimum=0, maximum=LARGEST_SEED, min_width=110, scale=0)
        dice = gr.Button("New faces", variant="primary", min_width=130, scale=0, elem_classes="tall")
        count = gr.Slider(1, MOST, FIRST_COUNT, step=1, label="Faces per model", min_width=150)
        temperature = gr.Slider(0, WARMEST, 1, step=0.05, label="Temperature", min_width=150)
        prior = gr.Radio(PRIORS, value="standard", label="Draw codes from", min_width=420)
    shown = gr.HTML(sample(models, Draw(FIRST_SEED)), elem_id="samples", js_on_load=PICK)
    with gr.Row(elem_classes="rail"):
        note = gr.HTML(
            '<p class="note">Every column decodes the <b>same noise</b>: one seed, one set of codes, and only the '
            "objective the model was trained with differs. Click a face to take it to Beta or Morph.</p>"
        )
        save = gr.Button("Download as PNG", size="sm", scale=0, min_width=170)
    settings = [seed, count, prior, temperature]
    dice.click(None, None, seed, js="() => Math.floor(Math.random() * 100000)", api_visibility="private")
    gr.on(
        [seed.change, count.change, prior.change, temperature.change],
        answer,
        settings,
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )
    shown.click(pick, settings, [picked, note], api_visibility="private", show_progress="hidden")
    download.offer(save, saved, settings, "vae-faces-samples.png")
    return picked
