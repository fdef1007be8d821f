"""A button that makes a file when it is asked for, and hands it over."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

FETCH = """file => {
  const link = document.createElement("a");
  link.href = file.url;
  link.download = file.orig_name;
  link.click();
}"""


def offer(button: gr.Button, make: Callable[..., bytes], inputs: list[Component], name: str) -> None:
    """On a click the browser saves what `make` gives for `inputs` as `name`; the server forgets it within minutes."""

    def made(*values: Any) -> str:
        # in gradio's cache, which delete_cache empties; the folder's name is drawn, not made from what is in the file
        path = Path(tempfile.mkdtemp(dir=ready.GRADIO_CACHE)) / name
        path.write_bytes(make(*values))
        return str(path)

    ready = gr.DownloadButton("", visible="hidden")
    done = button.click(made, inputs, ready, api_visibility="private", show_progress_on=button)
    done.success(None, ready, None, js=FETCH, api_visibility="private")
