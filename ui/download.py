"""A button that makes a file when it is asked for, and hands it over."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.utils import get_upload_folder

FETCH = """file => {
  const link = document.createElement("a");
  link.href = file.url;
  link.download = file.orig_name;
  link.click();
}"""


def kept(data: bytes, name: str) -> Path:
    """A file in gradio's cache, in a folder that nobody can guess, until it is forgotten (`uploads`)."""
    folder = Path(get_upload_folder()) / secrets.token_urlsafe(16)
    folder.mkdir(parents=True)
    path = folder / name
    path.write_bytes(data)
    return path


def offer(button: gr.Button, make: Callable[..., bytes], inputs: list[Component], name: str) -> None:
    """On a click the browser saves what `make` gives for `inputs` as `name`; the server forgets it within minutes."""

    def made(*values: Any) -> str:
        return str(kept(make(*values), name))

    ready = gr.DownloadButton("", visible="hidden")
    done = button.click(made, inputs, ready, api_visibility="private", show_progress_on=button)
    done.success(None, ready, None, js=FETCH, api_visibility="private")


def button(title: str) -> gr.Button:
    """A small button that says what is taken away."""
    return gr.Button(title, size="sm", scale=0, min_width=110)
