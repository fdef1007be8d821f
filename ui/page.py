"""The whole page: a tab for each way of looking, and the endpoints behind it."""

import os

import gradio as gr

from faces.image import read_picture
from ui import beta, carry, endpoints, explore, morph, origins, reconstruct, sample, subject, uploads
from ui import models as models_tab
from ui.photograph import look_at
from vae_models.hub import Loaded


def build(title: str, loaded: Loaded) -> gr.Blocks:
    """The page of these models, ready to be launched."""
    models = loaded.models
    photograph = look_at(read_picture(subject.EXAMPLE))
    example = photograph.crops[0]
    with gr.Blocks(title=title, fill_width=True, delete_cache=(uploads.EVERY, uploads.AGE)) as page:
        gr.HTML(
            f'<header class="masthead"><h1>{title}</h1>'
            f"<p>Four autoencoders, one question: what does β do to a face?</p>{origins.missing(loaded)}</header>"
        )
        picked = gr.State(None)
        with gr.Tabs() as tabs:
            with gr.Tab("Sample", id="sample"):
                sampled = sample.build(models, picked)
            with gr.Tab("Reconstruct", id="reconstruct"):
                reconstructed = reconstruct.build(models, photograph)
            with gr.Tab("Beta", id="beta"):
                targets = beta.build(models, picked, example)
            with gr.Tab("Explore", id="explore"):
                targets += explore.build(models, picked, example)
            with gr.Tab("Morph", id="morph"):
                targets += morph.build(models, picked, example)
            with gr.Tab("Models", id="models"):
                models_tab.build(loaded)
        carry.connect(tabs, picked, [sampled, reconstructed], targets)
        endpoints.build(models)
    return page.queue(default_concurrency_limit=os.cpu_count())
