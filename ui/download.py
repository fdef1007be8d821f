"""A button that makes a file when it is asked for, and hands it over."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.utils import get_upload_folder

FETCH = """file => {{
  const link = document.createElement("a");
  link.href = file.url;
  link.download = {name};
  link.click();
}}"""


def kept(data: bytes, ending: str) -> Path:
    """A file in gradio's cache, under a name that nobody can guess, until `uploads` forgets it."""
    folder = Path(get_upload_folder())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_urlsafe(16)}{ending}"
    path.write_bytes(data)
    return path


def offer(button: gr.Button, make: Callable[..., bytes], inputs: list[Component], name: str) -> None:
    """On a click the browser saves what `make` gives for `inputs` as `name`; the server forgets it within minutes."""

    def made(*values: Any) -> str:
        return str(kept(make(*values), Path(name).suffix))

    ready = gr.DownloadButton("", visible="hidden")
    done = button.click(made, inputs, ready, api_visibility="private", show_progress_on=button)
    done.success(None, ready, None, js=FETCH.format(name=json.dumps(name)), api_visibility="private")


def button(title: str) -> gr.Button:
    """A small button that says what is taken away."""
    return gr.Button(title, size="sm", scale=0, min_width=110)
