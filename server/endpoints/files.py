"""Answers that are files."""

from typing import Any

import gradio as gr
from torch import Tensor

from faces.image import to_picture
from server.render.layout import to_png
from server.uploads.files import save_result


def send_file(data: bytes, name: str) -> Any:
    """Save a file that the caller receives under `name`, and return it as gradio sends it."""
    return gr.FileData(path=str(save_result(data, name)), orig_name=name).model_dump()


def send_faces(images: Tensor, name: str) -> list[Any]:
    """Save faces (N, C, 64, 64), a PNG each, called `name`-1.png and so on."""
    return [send_file(to_png(to_picture(image)), f"{name}-{i}.png") for i, image in enumerate(images, start=1)]
