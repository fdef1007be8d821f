"""The whole page: a tab for each way of looking, and the endpoints behind it."""

from typing import Any

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.components.api_component import Api
from gradio_client.utils import traverse

from faces.image import read_picture
from ui import beta, carry, endpoints, explore, morph, origins, picture_input, reconstruct, sample, subject, uploads
from ui import models as models_tab
from ui.photograph import Photograph, look_at
from vae_models.hub.pull import Loaded, Pulled
from vae_models.machine import available_cores


class Page(gr.Blocks):
    """Page that accepts files from its visitors only as uploads, and hands the endpoints their arguments unread.

    Gradio itself would search all arguments for files and fetch web addresses: of any size, with a public name server
    asked about names of private networks, and with a traceback in the log for each that fails. And a folder that is
    sent as an upload would end its deletion of uploads for good.
    """

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], *state: Any, **options: Any
    ) -> list[Any]:
        """Prepare what a visitor sent for the function of an event or endpoint."""
        if block_fn.inputs and all(isinstance(block, Api) for block in block_fn.inputs):
            endpoints.require_values(block_fn, inputs)
            return inputs
        traverse(inputs, require_upload, lambda value: isinstance(value, dict) and "path" in value and "meta" in value)
        return await super().preprocess_data(block_fn, inputs, *state, **options)


def require_upload(file: dict[str, Any]) -> None:
    """Raise gr.Error unless a FileData is that of an upload."""
    if (
        not isinstance(file["path"], str)
        or not isinstance(file["meta"], dict)
        or not picture_input.is_upload(file["path"])
    ):
        raise gr.Error("This file was lost on its way: choose it once more.", print_exception=False)


def build(title: str, loaded: Loaded) -> gr.Blocks:
    """The page of these models, ready to be launched."""
    models = loaded.models
    photograph = look_at(read_picture(subject.EXAMPLE))
    with Page(title=title, fill_width=True, delete_cache=(uploads.EVERY, uploads.AGE)) as page:
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
