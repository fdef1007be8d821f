"""Beta: one face along the models of a family, from small β to large (report, Fig. 3)."""

import json
from typing import Any

import gradio as gr
import torch
from gradio.components.plot import PlotData
from torch import Tensor

from ui import cards, subject
from ui.curves import curves, legend
from ui.sample import FIRST_SEED, LARGEST_SEED
from ui.words import FAMILIES, LATEX, Family, beta_of, column, scale
from vae_models.distributions import DiagonalGaussian
from vae_models.hub import Pulled
from vae_models.objective import squared_error

SAMPLES = 3  # under each reconstruction
NO_FAMILY = (
    "No β to turn here: these models hold no β-VAE and no β-TCVAE. Start the page with the bundled models, or train "
    "one with <code>python -m train beta-vae --beta 5</code>."
)
WHAT = r"""
$$\text{β-VAE:}\quad \mathbb{E}_{z \sim q}\left[\log p(x|z)\right] - \beta\, \mathcal{D}(q(z|x) \parallel p(z))$$
$$\text{β-TCVAE:}\quad \mathbb{E}_{z \sim q}\left[\log p(x|z)\right] - \mathcal{D}(q(z|x) \parallel p(z))
- (\beta - 1)\, \mathcal{D}\Big(q(z) \,\Big\|\, \prod_j q(z_j)\Big)$$

Both are maximised, and with $\beta = 1$ both are the VAE (report, sections IV and V). The first term asks for a
faithful reconstruction; the divergence charges every nat that the code of a face spends on telling it from others. A
larger $\beta$ raises the price: of all that the code could spend (β-VAE), or only of what its dimensions tell of each
other (β-TCVAE). What is no longer worth its price is dropped: clear glasses, wrinkles and details of the hair first,
and the faces grow alike, as in the report's Fig. 3.
"""


def families(models: tuple[Pulled, ...]) -> list[Family]:
    """The families that have a model of their own among `models`; the VAE belongs to all."""
    return [family for family in FAMILIES if any(pulled.record.recipe == family for pulled in models)]


def ladder(models: tuple[Pulled, ...], family: Family) -> list[tuple[float, Pulled]]:
    """β and model of a family, β increasing; a VAE is β = 1 of both."""
    found = [
        (beta, pulled)
        for pulled in models
        if pulled.record.recipe in ("vae", family) and (beta := beta_of(pulled.record)) is not None
    ]
    return sorted(found, key=lambda step: step[0])


@torch.inference_mode()
def compare(models: tuple[Pulled, ...], family: Family, pixels: subject.Pixels, seed: int) -> str:
    """A face, its reconstruction at every β of a family, and under each samples from the noise of `seed`, as HTML."""
    x = subject.tensor(pixels)
    original = (
        '<section class="step"><h3>Original</h3><span class="knob none"></span>'
        f'{cards.faces(x, "The original")}<p class="reading">64 × 64 pixels</p>'
        f'<p class="note">Below each β: samples of the <b>same noise</b>, seed {seed}.</p></section>'
    )
    steps = [_step(beta, pulled, x, seed) for beta, pulled in ladder(models, family)]
    return f'<div class="ladder" style="--steps: {len(steps) + 1}">{original}{"".join(steps)}</div>'


def _step(beta: float, pulled: Pulled, x: Tensor, seed: int) -> str:
    posterior = pulled.model.encode(x)
    if not isinstance(posterior, DiagonalGaussian):
        raise ValueError(f"{pulled.name} has point codes: it belongs to no ladder of β")
    reconstruction = pulled.model.decode(posterior.mean)
    samples = pulled.model.sample(SAMPLES, generator=torch.Generator().manual_seed(seed))
    title = f"{beta:g}"
    return (
        f'<section class="step {column(pulled).colour}"><h3>β = {title}</h3><span class="knob"></span>'
        f"{cards.faces(reconstruction, f'Reconstruction at β = {title}')}"
        f'<p class="reading"><span title="Squared error of this face, summed">‖x − x̂‖² '
        f"<b>{squared_error(x, reconstruction).item():.0f}</b></span> "
        f'<span title="What its code spends, in nats">KL <b>{posterior.kl().sum().item():.1f}</b></span></p>'
        f"{cards.faces(samples, f'β = {title}, seed {seed}, face')}</section>"
    )


def build(models: tuple[Pulled, ...], picked: gr.State | None = None) -> None:
    """The tab's content; to be called inside it. `picked` holds the face that was picked in Sample."""
    choices = families(models)
    if not choices:
        gr.HTML(f'<p class="note">{NO_FAMILY}</p>', elem_id="betas")
        return

    def answer(family: Family, pixels: subject.Pixels, seed: float | None) -> Any:
        return gr.skip() if seed is None else compare(models, family, pixels, int(seed))

    first, face = choices[-1], subject.example()
    with gr.Row(elem_classes="rail"):
        state = subject.build(models, title="The face", elem_id="beta-face", first=face, picked=picked)
        with gr.Column(min_width=300):
            family = gr.Radio([(FAMILIES[name], name) for name in choices], value=first, label="Family")
            seed = gr.Number(FIRST_SEED, label="Noise of the samples", precision=0, minimum=0, maximum=LARGEST_SEED)
    with gr.Row(elem_classes="bench"):
        with gr.Column(elem_classes="card dial"):
            shown = gr.HTML(compare(models, first, face, FIRST_SEED), elem_id="betas")
            gr.HTML(f'<p class="note">{scale(models)}</p>')
        with gr.Column(elem_classes="curves"):
            _charts(models)
    with gr.Accordion("What am I looking at?", open=False):
        gr.Markdown(WHAT, latex_delimiters=LATEX)
    gr.on(
        [family.change, state.change, seed.change],
        answer,
        [family, state, seed],
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )


def _charts(models: tuple[Pulled, ...]) -> None:
    gr.HTML(f'<p class="keys">{legend()}</p>')
    for curve in curves(models):
        with gr.Column(elem_classes="card curve", min_width=0):
            gr.HTML(f"<h3>{curve.title}</h3>")
            plot = PlotData(type="altair", plot=json.dumps(curve.spec))
            gr.Plot(plot, container=False, show_label=False)
            gr.HTML(f'<p class="foot">{curve.note}</p>')
