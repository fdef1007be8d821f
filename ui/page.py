"""The whole page: a tab for each way of looking, and the endpoints behind it."""

import gradio as gr

from faces.image import read_picture
from ui import beta, carry, endpoints, explore, morph, origins, reconstruct, sample, subject, uploads
from ui import models as models_tab
from ui.photograph import Photograph, look_at
from vae_models.hub.pull import Loaded, Pulled
from vae_models.machine import available_cores


def build(title: str, loaded: Loaded) -> gr.Blocks:
    """The page of these models, ready to be launched."""
    models = loaded.models
    photograph = look_at(read_picture(subject.EXAMPLE))
    with gr.Blocks(title=title, fill_width=True, delete_cache=(uploads.EVERY, uploads.AGE)) as page:
        gr.HTML(
            f'<header class="masthead"><h1>{title}</h1>'
            f"<p>Four autoencoders, one question: what does β do to a face?</p>{origins.missing(loaded)}</header>"
        )
        picked = gr.State(None)
        with gr.Tabs() as tabs:
            with gr.Tab("Sample", id="sample"):
                sampled = sample.build(models, picked)
            seeing = subject.that_see_faces(models)
            if seeing:
                sources, targets = _of_faces(seeing, picked, photograph)
            else:
                sources, targets = _without_faces()
            with gr.Tab("Models", id="models"):
                models_tab.build(loaded)
        carry.connect(tabs, picked, [sampled, *sources], targets)
        endpoints.build(models)
    return page.queue(default_concurrency_limit=available_cores())


def _of_faces(
    models: tuple[Pulled, ...], picked: gr.State, photograph: Photograph
) -> tuple[list[carry.Source], list[carry.Target]]:
    """The tabs that a face is put into; to be called inside the page's."""
    example = photograph.crops[0]
    with gr.Tab("Reconstruct", id="reconstruct"):
        reconstructed = reconstruct.build(models, photograph)
    with gr.Tab("Beta", id="beta"):
        targets = beta.build(models, picked, example)
    with gr.Tab("Explore", id="explore"):
        targets += explore.build(models, picked, example)
    with gr.Tab("Morph", id="morph"):
        targets += morph.build(models, picked, example)
    return [reconstructed], targets


def _without_faces() -> tuple[list[carry.Source], list[carry.Target]]:
    """The same tabs where no model can be given a face: a sentence in each."""
    for title in ("Reconstruct", "Beta", "Explore", "Morph"):
        with gr.Tab(title, id=title.lower()):
            gr.HTML(f'<p class="note">{subject.NO_COLOUR}</p>')
    return [], []
