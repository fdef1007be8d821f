"""Sample: one noise, every model, side by side (report, Fig. 2)."""

import gradio as gr
import torch

from ui import cards
from ui.words import SAMPLE_HINTS, Prior, column, plain
from vae_models.autoencoder import draw_noise
from vae_models.hub import Pulled

FIRST_SEED, FIRST_COUNT, MOST = 7, 12, 36
LARGEST_SEED = 2**32 - 1
PRIORS: list[tuple[str, Prior]] = [("Standard normal N(0, I)", "standard"), ("Fitted Gaussian", "fitted")]


@torch.inference_mode()
def sample(models: tuple[Pulled, ...], seed: int, count: int, prior: Prior) -> str:
    """`count` faces of every model from the noise of `seed`, as HTML.

    Raises ValueError where seed, count or prior is none that can be drawn.
    """
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"The seed must be a whole number from 0 to {LARGEST_SEED}.")
    if not 1 <= count <= MOST:
        raise ValueError(f"Ask for 1 to {MOST} faces.")
    found = []
    for pulled in models:
        generator = torch.Generator().manual_seed(seed)
        noise = draw_noise(count, pulled.model.config.latent_dim, generator)
        images = pulled.model.decode(pulled.model.latents(noise, prior=prior))
        words = column(pulled)
        body = cards.faces(images, f"{plain(words.title)}, seed {seed}, face")
        found.append(cards.model_card(words, body, SAMPLE_HINTS[pulled.record.recipe, prior]))
    return cards.row(found)


def build(models: tuple[Pulled, ...]) -> None:
    """The tab's content; to be called inside it."""

    def answer(seed: float | None, count: float, prior: Prior) -> str:
        try:
            return sample(models, -1 if seed is None else int(seed), int(count), prior)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    with gr.Row(elem_classes="rail", equal_height=True):
        seed = gr.Number(FIRST_SEED, label="Seed", precision=0, minimum=0, maximum=LARGEST_SEED, min_width=110, scale=0)
        dice = gr.Button("New faces", variant="primary", min_width=130, scale=0, elem_classes="tall")
        count = gr.Slider(1, MOST, FIRST_COUNT, step=1, label="Faces per model", min_width=200)
        prior = gr.Radio(PRIORS, value="standard", label="Draw codes from", min_width=330)
    shown = gr.HTML(sample(models, FIRST_SEED, FIRST_COUNT, "standard"), elem_id="samples")
    gr.HTML(
        '<p class="note">Every column decodes the <b>same noise</b>: one seed, one set of codes, and only the '
        "objective the model was trained with differs.</p>"
    )
    dice.click(None, None, seed, js="() => Math.floor(Math.random() * 100000)", api_visibility="private")
    gr.on(
        [seed.change, count.change, prior.change],
        answer,
        [seed, count, prior],
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )
