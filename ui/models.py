"""Models: what was trained, on what, what it scores, and how to load it."""

from collections.abc import Callable
from html import escape
from typing import Any

import gradio as gr

from ui import download, loading, origins, scoring
from ui.words import LATEX, beta_of, column, formula, scale
from vae_models.files.training_record import TrainingRecord
from vae_models.group_errors import IMAGES_SEEN, UNEXPLAINED
from vae_models.hub.pull import Loaded, Pulled

MISSING = "–"
Fact = tuple[str, str, Callable[[TrainingRecord], str]]  # name, meaning in a few words, value as HTML

WHAT = r"""
Every model is an encoder $f$ and a decoder $g$ that minimise, per face and in nats, one of four losses (report,
sections II to V). The network is the same in all; what differs is what the code is charged for.

$$\text{AE:}\quad \lVert x - g(f(x)) \rVert^2$$
$$\text{VAE:}\quad \mathbb{E}_{z \sim q}\,\lVert x - g(z) \rVert^2 + \mathcal{D}(q(z|x) \parallel p(z))$$
$$\text{β-VAE:}\quad \mathbb{E}_{z \sim q}\,\lVert x - g(z) \rVert^2 + \beta\, \mathcal{D}(q(z|x) \parallel p(z))$$
$$\text{β-TCVAE:}\quad \mathbb{E}_{z \sim q}\,\lVert x - g(z) \rVert^2 + \mathcal{D}(q(z|x) \parallel p(z))
+ (\beta - 1)\, \mathcal{D}\Big(q(z) \,\Big\|\, \prod_j q(z_j)\Big)$$

- $x$ is a face: 64 × 64 pixels of three colours, each a number from 0 to 1.
- $z$ is its code: 32 numbers, the *latent dimensions* $z_1 \dots z_{32}$.
- $g(z)$ is the face that the decoder draws from a code; $\lVert x - g(z) \rVert^2$ is how far it is off, squared and
  summed over all pixels and colours.
- $q(z|x)$ is the encoder's answer: not one code but a normal distribution of codes around a mean, one width for each
  dimension. $\mathbb{E}_{z \sim q}$ averages over codes drawn from it. The AE answers with the one code $f(x)$.
- $p(z)$ is the prior, the standard normal distribution $\mathcal{N}(0, I)$ that new faces are drawn from.
- $\mathcal{D}(q \parallel p)$ is the Kullback-Leibler divergence (KL): how many nats tell $q$ from $p$; 0 where they
  are equal.
- $q(z)$ is $q(z|x)$ averaged over all faces, $q(z_j)$ what it says of dimension $j$ alone. Their divergence is the
  total correlation (TC): what the dimensions tell of each other; 0 where they are independent.
- $\beta$ is the price: of the whole divergence in a β-VAE, of the total correlation alone in a β-TCVAE. $\beta = 1$
  is the VAE.
"""

LIMITS = """
- **Celebrities, not people.** CelebA shows famous faces, mostly young, light-skinned, made up and photographed to be
  seen. What these models call an average face is the average of that, and what was rare in it they draw badly or not
  at all.
- **Worse for people whom CelebA rarely shows.** {worse}
- **Their features travel together.** In CelebA make-up goes with women, ties with men, grey hair with age. A dimension
  that turns one turns the others: it has learnt the collection, not the world. The names of features ("attractive",
  "pale skin") are CelebA's labels, what its labellers wrote about photographs: no fact about a face.
- **No basis for judging anyone.** A reconstruction loses what tells a person apart; a code is no identity, and a
  score says how well a picture fits this collection, nothing about who is on it. Do not use the models to recognise,
  rate or sort people.
- **Small on purpose.** 64 × 64 pixels and 32 numbers a face: blurred is what they are. They are for comparing
  objectives.
"""

OTHER_LIMITS = """
- **The training images, not people in general.** A model reconstructs badly what was rare in its training images.
  Names of features are the labels of a data set: no fact about a face.
- **No basis for judging anyone.** A score says how well a picture fits the training images, nothing about who is on it.
  Do not use the models to recognise, rate or sort people.
"""

LICENCE = (
    "The <b>weights</b> were trained on CelebA and carry its terms: <b>non-commercial research only</b>, and no "
    "picture of the data set may be passed on (assets/weights/LICENSE.md). The <b>code</b> is under Apache-2.0."
)
OTHER_LICENCE = (
    "The <b>weights</b> carry the terms of the pictures that they were trained on. The <b>code</b> is under Apache-2.0."
)
CITE = (
    "Maximilian Schik, “Overview of Variational Autoencoder-based Generative Models”; Kingma and Welling, "
    "“Auto-Encoding Variational Bayes”, 2014; Higgins et al., “beta-VAE: Learning Basic Visual Concepts with a "
    "Constrained Variational Framework”, 2017; Chen et al., “Isolating Sources of Disentanglement in Variational "
    "Autoencoders”, 2018; Liu et al., “Deep Learning Face Attributes in the Wild” (CelebA), 2015."
)


def _score(name: str, digits: int, unit: str = "") -> Callable[[TrainingRecord], str]:
    return lambda record: _number(record.scores.get(name), digits, unit)


def _number(value: Any, digits: int = 0, unit: str = "") -> str:
    return MISSING if value is None else f"{value:,.{digits}f}{unit}"


def _data(record: TrainingRecord) -> str:
    """The note on the data, or the name of its file where there is none."""
    said = record.data.get("note") or record.data.get("training", {}).get("name")
    return escape(str(said)) if said else MISSING


def _pictures(part: str) -> Callable[[TrainingRecord], str]:
    return lambda record: _number(record.data.get(part, {}).get("pictures"))


FACTS: tuple[Fact, ...] = (
    ("Objective", "per face, in nats", lambda record: f'<span class="formula">{formula(record.objective)}</span>'),
    ("Scale", "of the distortion, summed", lambda record: f"weight {record.objective.distortion_weight:g}"),
    ("Data", "", _data),
    ("Training faces", "", _pictures("training")),
    ("Validation faces", "what the scores are from", _pictures("validation")),
    ("Steps", "of the optimiser", lambda record: _number(record.steps)),
    ("Images seen", "each face many times", lambda record: _number(record.images_seen)),
    ("Parameters", "", lambda record: _number(record.parameters)),
)
SCORES: tuple[tuple[str, str, str, int, str], ...] = (  # key, name, meaning, digits, unit
    ("squared_error", "Squared error", "summed; lower is nearer", 1, ""),
    ("psnr", "PSNR", "higher is nearer", 1, " dB"),
    ("ssim", "SSIM", "of small patches, at most 1", 3, ""),
    ("kl", "KL", "nats a code spends on a face", 1, ""),
    ("negative_elbo", "−ELBO", "nats, without its constant", 1, ""),
    ("active_units", "Active dimensions", "those that move with the face", 0, ""),
    ("gaussian_total_correlation", "Gaussian TC", "nats dimensions tell of each other", 2, ""),
)
ALWAYS = ("squared_error", "psnr", "ssim", "kl", "negative_elbo")  # the rest where one model has it recorded


def table(models: tuple[Pulled, ...]) -> str:
    """Facts and scores, one column a model, as HTML that scrolls inside its own box."""
    head = "".join(f'<th scope="col" class="{column(pulled).colour}">{column(pulled).title}</th>' for pulled in models)
    scored = [
        (name, meaning, _score(key, digits, unit))
        for key, name, meaning, digits, unit in SCORES
        if key in ALWAYS or any(pulled.record.scores.get(key) is not None for pulled in models)
    ]
    places = _cells("From", "where it was loaded", [origins.cell(pulled) for pulled in models])
    body = "".join(
        f'<tbody class="{group}">{first}{"".join(_row(fact, models) for fact in facts)}</tbody>'
        for group, first, facts in (("facts", places, FACTS), ("measured", "", scored))
    )
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Table of the models"><table class="models">'
        f"<thead><tr><td></td>{head}</tr></thead>{body}</table></div>"
    )


def _row(fact: Fact, models: tuple[Pulled, ...]) -> str:
    name, meaning, said = fact
    return _cells(name, meaning, [said(pulled.record) for pulled in models])


def _cells(name: str, meaning: str, values: list[str]) -> str:
    """A cell for each model, or one for all where they say the same."""
    if len(values) > 1 and len(set(values)) == 1:
        cells = f'<td class="same" colspan="{len(values)}">{values[0]}</td>'
    else:
        cells = "".join(f"<td>{value}</td>" for value in values)
    return f'<tr><th scope="row">{name}<small>{meaning}</small></th>{cells}</tr>'


def as_csv(models: tuple[Pulled, ...]) -> bytes:
    """The same as a CSV file: a row a model, numbers as they are recorded."""
    rows = [
        {
            "model": pulled.name,
            "recipe": pulled.record.recipe,
            "beta": beta_of(pulled.record),
            "objective": formula(pulled.record.objective),
            "distortion": pulled.record.objective.distortion,
            "distortion_weight": pulled.record.objective.distortion_weight,
            "steps": pulled.record.steps,
            "images_seen": pulled.record.images_seen,
            "parameters": pulled.record.parameters,
            **{key: pulled.record.scores.get(key) for key, *_ in SCORES},
        }
        for pulled in models
    ]
    return scoring.as_csv(rows)


def limits(models: tuple[Pulled, ...]) -> str:
    """What the models are no good for, as Markdown; of CelebA's with the check on other faces, by group."""
    if not any(pulled.record.is_celeba for pulled in models):
        return OTHER_LIMITS
    figures = "; ".join(
        f"{title}: {', '.join(f'{label} {share:.2f}' for label, share in shares.items())}"
        for title, shares in UNEXPLAINED.items()
    )
    worse = (
        "In a check outside of this project (UTKFace, 834 chips, ages 13 to 59, middle 40 × 40 pixels; weights of\n  "
        f"{IMAGES_SEEN:,} images) the models left these shares of variance unexplained. {figures}.\n  The labels of "
        "such data sets are crude."
    )
    return LIMITS.format(worse=worse)


def build(loaded: Loaded) -> None:
    """The tab's content; to be called inside it."""
    models = loaded.models
    gr.HTML(table(models), elem_id="models")
    if loaded.failures:
        gr.HTML(origins.failures(loaded), elem_id="failures")
    gr.HTML(
        f'<p class="note">{scale(models)} Scores are means over the validation faces, reconstructed from the mean '
        f"code; {MISSING} where a model has none: an AE's code is a point, without KL.</p>"
    )
    with gr.Row(elem_classes="rail away"):
        gr.HTML('<p class="note">Take the table away:</p>')
        download.offer(download.button("Table (CSV)"), lambda: as_csv(models), [], "vae-faces-models.csv")
    gr.HTML(loading.part(models), elem_id="loading")
    with gr.Accordion("What am I looking at?", open=False):
        gr.Markdown(WHAT, latex_delimiters=LATEX)
    with gr.Accordion("What these models must not be used for, and why", open=False):
        gr.Markdown(limits(models))
    bundled = all(pulled.origin.source == "bundled" for pulled in models)
    licence = LICENCE if bundled else OTHER_LICENCE
    gr.HTML(f'<p class="note"><b>Terms.</b> {licence}</p><p class="note"><b>Cite this.</b> {CITE}</p>', elem_id="terms")
