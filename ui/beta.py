"""Beta: one face along the models of a family, from small β to large (report, Fig. 3)."""

import json
from typing import Any, NamedTuple

import gradio as gr
import torch
from gradio.components.plot import PlotData
from torch import Tensor

from faces.image import to_picture
from ui import cards, download, scoring, sheet, subject
from ui.carry import Target
from ui.curves import curves, legend
from ui.sample import FIRST_SEED, LARGEST_SEED
from ui.scoring import Reconstructed, reconstructed
from ui.words import FAMILIES, LATEX, Family, beta_of, column, scale, unlike_the_report
from ui.workers import each
from vae_models.hub.pull import Pulled

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
    return [family for family in FAMILIES if any(pulled.record.family == family for pulled in models)]


def ladder(models: tuple[Pulled, ...], family: Family) -> list[tuple[float, Pulled]]:
    """β and model of a family, β increasing; a VAE is β = 1 of both."""
    found = [
        (beta, pulled)
        for pulled in models
        if pulled.record.family in ("vae", family) and (beta := beta_of(pulled.record)) is not None
    ]
    return sorted(found, key=lambda step: step[0])


class Step(NamedTuple):
    """One β of a ladder."""

    beta: float
    found: Reconstructed
    samples: Tensor  # (SAMPLES, 3, 64, 64) in [0, 1]


def steps(models: tuple[Pulled, ...], family: Family, pixels: subject.Pixels, seed: int) -> list[Step]:
    """A face at every β of a family, and samples from the noise of `seed`."""
    face = subject.tensor(pixels)

    @torch.inference_mode()
    def step(of: tuple[float, Pulled]) -> Step:
        beta, pulled = of
        samples = pulled.model.sample(SAMPLES, generator=torch.Generator().manual_seed(seed))
        return Step(beta, reconstructed(pulled, face, face), samples)

    return each(step, ladder(models, family))


def compare(models: tuple[Pulled, ...], family: Family, pixels: subject.Pixels, seed: int) -> str:
    """A face, its reconstruction at every β of a family, and under each samples from the noise of `seed`, as HTML."""
    original = (
        '<section class="step"><h3>Original</h3><span class="knob none"></span>'
        f'{cards.faces(subject.tensor(pixels), "The original")}<p class="reading">64 × 64 pixels</p>'
        f'<p class="note">Below each β: samples of the <b>same noise</b>, seed {seed}.</p></section>'
    )
    found = [_step(step, seed) for step in steps(models, family, pixels, seed)]
    return f'<div class="ladder" style="--steps: {len(found) + 1}">{original}{"".join(found)}</div>'


def _step(step: Step, seed: int) -> str:
    title, scores = f"{step.beta:g}", step.found.scores
    aside = "".join(f"<span>{fact}</span> " for fact in unlike_the_report(step.found.pulled))
    return (
        f'<section class="step {column(step.found.pulled).colour}"><h3>β = {title}</h3><span class="knob"></span>'
        f"{cards.faces(step.found.picture, f'Reconstruction at β = {title}')}"
        f'<p class="reading">{aside}<span title="Squared error of this face, summed">‖x − x̂‖² '
        f"<b>{scores.squared_error:.0f}</b></span> "
        f'<span title="What its code spends, in nats">KL <b>{scores.kl:.1f}</b></span></p>'
        f"{cards.faces(step.samples, f'β = {title}, seed {seed}, face')}</section>"
    )


def pictures(models: tuple[Pulled, ...], family: Family, pixels: subject.Pixels, seed: int) -> bytes:
    """The same as a PNG: the face, then a column for each β."""
    columns = [
        (f"β = {step.beta:g}", [to_picture(image) for image in (step.found.picture[0], *step.samples)])
        for step in steps(models, family, pixels, seed)
    ]
    return sheet.filled([("The face", [to_picture(subject.tensor(pixels)[0])]), *columns])


def build(models: tuple[Pulled, ...], picked: gr.State, example: subject.Pixels) -> list[Target]:
    """The tab's content; to be called inside it. `picked` holds a face picked in another tab, `example` the one to
    begin with. Returns where the tab takes faces: nowhere when there is no family."""
    choices = families(models)
    if not choices:
        gr.HTML(f'<p class="note">{NO_FAMILY}</p>', elem_id="betas")
        return []

    def answer(family: Family, pixels: subject.Pixels, seed: float | None) -> Any:
        return gr.skip() if seed is None else compare(models, family, pixels, int(seed))

    def png_file(family: Family, pixels: subject.Pixels, seed: float | None) -> bytes:
        return pictures(models, family, pixels, int(seed or 0))

    def found(family: Family, pixels: subject.Pixels) -> list[Reconstructed]:
        return [step.found for step in steps(models, family, pixels, FIRST_SEED)]

    def csv_file(family: Family, pixels: subject.Pixels) -> bytes:
        return scoring.as_csv(scoring.table(found(family, pixels)))

    def json_file(family: Family, pixels: subject.Pixels) -> bytes:
        return scoring.codes_json(found(family, pixels))

    first = choices[-1]
    with gr.Row(elem_classes="rail"):
        chooser = subject.build(models, "The face", "beta-face", example, picked=picked, example=example)
        with gr.Column(min_width=300):
            family = gr.Radio([(FAMILIES[name], name) for name in choices], value=first, label="Family")
            seed = gr.Number(FIRST_SEED, label="Noise of the samples", precision=0, minimum=0, maximum=LARGEST_SEED)
    with gr.Row(elem_classes="bench"):
        with gr.Column(elem_classes="card dial"):
            shown = gr.HTML(compare(models, first, example, FIRST_SEED), elem_id="betas")
            gr.HTML(f'<p class="note">{scale(models)}</p>')
        with gr.Column(elem_classes="curves"):
            _charts(models)
    with gr.Row(elem_classes="rail away"):
        gr.HTML('<p class="note">Take the results away:</p>')
        as_png, as_csv = download.button("Pictures (PNG)"), download.button("Table (CSV)")
        as_json = download.button("Codes (JSON)")
    with gr.Accordion("What am I looking at?", open=False):
        gr.Markdown(WHAT, latex_delimiters=LATEX)
    gr.on(
        [family.change, chooser.state.change, seed.change],
        answer,
        [family, chooser.state, seed],
        shown,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last",
    )
    download.offer(as_png, png_file, [family, chooser.state, seed], "vae-faces-beta.png")
    download.offer(as_csv, csv_file, [family, chooser.state], "vae-faces-beta.csv")
    download.offer(as_json, json_file, [family, chooser.state], "vae-faces-codes.json")
    return [Target("To Beta", "beta", chooser)]


def _charts(models: tuple[Pulled, ...]) -> None:
    gr.HTML(f'<p class="keys">{legend()}</p>')
    for curve in curves(models):
        with gr.Column(elem_classes="card curve", min_width=0):
            gr.HTML(f"<h3>{curve.title}</h3>")
            plot = PlotData(type="altair", plot=json.dumps(curve.spec))
            gr.Plot(plot, container=False, show_label=False)
            gr.HTML(f'<p class="foot">{curve.note}</p>')
