"""Sample: one noise, every model, side by side (report, Fig. 2)."""

import json
from dataclasses import asdict, dataclass

import gradio as gr
import torch
from PIL import Image
from torch import Tensor

from faces.image import SIZE, to_pixels
from ui import cards, download
from ui.arguments import choice, number, whole
from ui.carry import Source
from ui.sheet import png
from ui.subject import Pixels
from ui.words import LATEX, column, plain, sample_hint
from ui.workers import each
from vae_models.autoencoder import draw_noise
from vae_models.catalogue import Prior
from vae_models.hub.pull import Pulled

FIRST_SEED, FIRST_COUNT, MOST = 7, 12, 36
FIRST_OF_MANY = 6  # where the columns are narrow, a face a row
LARGEST_SEED = 2**32 - 1
WARMEST = 2.0
PRIORS: list[tuple[str, Prior]] = [("Standard normal N(0, I)", "standard"), ("Fitted Gaussian", "fitted")]
SHEET_COLUMNS, GAP = 6, 2  # of the picture that is downloaded
PICK = """element.addEventListener('click', event => {
  const face = event.target.closest('[data-face]');
  if (face) trigger('click', {face: face.dataset.face});
});"""
SAME_NOISE = (
    "Every column decodes the <b>same noise</b>: one seed, one set of codes, and only the objective the model was "
    "trained with differs."
)
ONE_SEED = "Every column draws from <b>one seed</b>, but its codes are of its own size, so no two show the same noise."
WHAT = r"""
A decoder $g$ turns a code $z$ of 32 numbers into a face. To draw a *new* face one draws a code, here from the prior
$p(z) = \mathcal{N}(0, I)$, and decodes it (report, section III and Fig. 2): $z = \tau\,\varepsilon$ with
$\varepsilon \sim \mathcal{N}(0, I)$ and the temperature $\tau$; at $\tau = 0$ all that is left is the face in the
middle.

Whether that gives faces depends on where the codes of real faces lie. A VAE's objective charges the divergence
$\mathcal{D}(q(z|x) \parallel p(z))$, so they lie where the prior is. An AE's charges nothing: its codes lie anywhere,
and draws from $\mathcal{N}(0, I)$ miss them. The *fitted Gaussian* has the mean and the covariance that the codes of
the training faces have, $z = \mu + \tau L \varepsilon$ with $L L^\top = \Sigma$ - the fair way to sample an AE (Ghosh
et al. 2020).
"""


@dataclass(frozen=True)
class Draw:
    """What decides the faces of a column. Raises ValueError, one sentence, for what cannot be drawn."""

    seed: int
    count: int = FIRST_COUNT
    prior: Prior = "standard"
    temperature: float = 1.0

    def __post_init__(self) -> None:
        whole("The seed", self.seed, 0, LARGEST_SEED)
        whole("The number of faces", self.count, 1, MOST)
        choice("The prior", self.prior, [name for _, name in PRIORS])
        number("The temperature", self.temperature, 0, WARMEST)


@torch.inference_mode()
def codes(pulled: Pulled, draw: Draw) -> Tensor:
    """The codes of one model: the noise of the seed, times the temperature. (count, D)"""
    generator = torch.Generator().manual_seed(draw.seed)
    noise = draw.temperature * draw_noise(draw.count, pulled.model.config.latent_dim, generator)
    return pulled.model.latents(noise, prior=draw.prior)


@torch.inference_mode()
def pictures(pulled: Pulled, draw: Draw) -> Tensor:
    """The faces of one model: its codes, decoded. (count, 3, 64, 64) in [0, 1]"""
    return pulled.model.decode(codes(pulled, draw))


def about_the_noise(models: tuple[Pulled, ...]) -> str:
    """What the columns share, in a sentence."""
    sizes = {pulled.model.config.latent_dim for pulled in models}
    return SAME_NOISE if len(sizes) == 1 else ONE_SEED


def sample(models: tuple[Pulled, ...], draw: Draw) -> str:
    """The faces of every model from the same noise, as HTML."""

    def card(place: int) -> str:
        pulled = models[place]
        words = column(pulled)
        alt = f"{plain(words.title)}, seed {draw.seed}, face"
        body = cards.faces(pictures(pulled, draw), alt, pick=f"{place}")
        return cards.model_card(words, body, sample_hint(pulled.record, draw.prior))

    return cards.row(each(card, range(len(models))))


def sheet(models: tuple[Pulled, ...], draw: Draw) -> bytes:
    """The same faces as one PNG, a block of rows for each model, 64 pixels a face."""
    step, rows = SIZE + GAP, -(-draw.count // SHEET_COLUMNS)
    block = rows * step + 4 * GAP
    page = Image.new("RGB", (SHEET_COLUMNS * step - GAP, len(models) * block - 5 * GAP), "white")
    for place, faces in enumerate(each(lambda pulled: to_pixels(pictures(pulled, draw)), models)):
        for i, pixels in enumerate(faces):
            corner = (i % SHEET_COLUMNS * step, place * block + i // SHEET_COLUMNS * step)
            page.paste(Image.fromarray(pixels), corner)
    return png(page)


def codes_json(models: tuple[Pulled, ...], draw: Draw) -> bytes:
    """The same faces' codes, by model, and what they were drawn with, as a JSON file."""
    facts = {**asdict(draw), "codes": {pulled.name: codes(pulled, draw).tolist() for pulled in models}}
    return json.dumps(facts, indent=1).encode()


def build(models: tuple[Pulled, ...], picked: gr.State) -> Source:
    """The tab's content, to be called inside it. A click on a face puts its Pixels into `picked`."""

    def read(seed: float | None, count: float, prior: Prior, temperature: float) -> Draw:
        try:
            return Draw(-1 if seed is None else int(seed), int(count), prior, temperature)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def answer(seed: float | None, count: float, prior: Prior, temperature: float) -> str:
        return sample(models, read(seed, count, prior, temperature))

    def sheet_file(seed: float | None, count: float, prior: Prior, temperature: float) -> bytes:
        return sheet(models, read(seed, count, prior, temperature))

    def codes_file(seed: float | None, count: float, prior: Prior, temperature: float) -> bytes:
        return codes_json(models, read(seed, count, prior, temperature))

    def pick(
        event: gr.EventData, seed: float | None, count: float, prior: Prior, temperature: float
    ) -> tuple[Pixels, str, gr.Row]:
        place, face = (int(part) for part in event.face.split(","))
        pixels = to_pixels(pictures(models[place], read(seed, count, prior, temperature))[face : face + 1])[0]
        title = plain(column(models[place]).title)
        said = (
            f'<p class="picked">{cards.picture_tag(Image.fromarray(pixels), "The picked face")}<span>Picked: {title}, '
            f"face {face + 1}. The other tabs offer it as <b>Picked face</b>, or take it there:</span></p>"
        )
        return pixels, said, gr.Row(visible=True)

    first = Draw(FIRST_SEED, FIRST_COUNT if len(models) <= cards.FEW else FIRST_OF_MANY)
    with gr.Row(elem_classes="rail", equal_height=True):
        seed = gr.Number(FIRST_SEED, label="Seed", precision=0, minimum=0, maximum=LARGEST_SEED, min_width=110, scale=0)
        dice = gr.Button("New faces", variant="primary", min_width=130, scale=0, elem_classes="tall")
        count = gr.Slider(1, MOST, first.count, step=1, label="Faces per model", min_width=150)
        temperature = gr.Slider(0, WARMEST, 1, step=0.05, label="Temperature", min_width=150)
        prior = gr.Radio(PRIORS, value="standard", label="Draw codes from", min_width=420)
    shown = gr.HTML(sample(models, first), elem_id="samples", js_on_load=PICK)
    with gr.Row(elem_classes="rail away"):
        note = gr.HTML(f'<p class="note">{about_the_noise(models)} Click a face to take it to another tab.</p>')
        carrying = gr.Row(visible=False, elem_classes="carry")
        as_png, as_json = download.button("Faces (PNG)"), download.button("Codes (JSON)")
    with gr.Accordion("What am I looking at?", open=False):
        gr.Markdown(WHAT, latex_delimiters=LATEX)
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
    shown.click(pick, settings, [picked, note, carrying], api_visibility="private", show_progress="hidden")
    download.offer(as_png, sheet_file, settings, "vae-faces-samples.png")
    download.offer(as_json, codes_file, settings, "vae-faces-codes.json")
    return Source(carrying, lambda pixels: pixels, [picked])
