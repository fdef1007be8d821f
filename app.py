"""VAE Faces: `python app.py` serves the page with the bundled models."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro

from server import launch
from server.start import TITLE, Start, StartError, find_running
from server.viewer import choose_viewer, show
from vae_models import environment

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # whatever the user has set: visitors have a say, too


@dataclass(frozen=True)
class Options:
    """Four face autoencoders side by side, in the browser or in a window of their own."""

    models: Annotated[str, tyro.conf.arg(metavar="bundled|hub:NAMESPACE[@REVISION]|DIR")] = os.environ.get(
        "VAE_FACES_MODELS", "bundled"
    )
    """Models to show: the bundled ones; those of a namespace of the Hugging Face Hub (a model that cannot be downloaded
    comes from the cache, then from the bundled ones); one result folder of the trainer, or a folder of them.
    VAE_FACES_MODELS sets the default."""
    host: Annotated[str | None, tyro.conf.arg(metavar="ADDRESS")] = None
    """Address to listen on. By default only this machine can connect; 0.0.0.0 admits the network, :: by IPv6."""
    port: Annotated[int | None, tyro.conf.arg(metavar="NUMBER")] = None
    """Port to serve on. Default: the first free one from 7860; a page that runs there already is opened instead."""
    share: bool = False
    """Make a public link through Gradio's servers."""
    mcp: bool = False
    """Serve the endpoints as MCP tools too, at /gradio_api/mcp/."""
    no_open: bool = False
    """Do not open the browser. Without a display, and on a Space, nothing is opened anyway."""
    window: bool = False
    """Show the page in its own window instead of a browser; closing it ends the app. Needs pywebview."""


def main(arguments: Sequence[str] | None = None, prog: str = "python app.py") -> int:
    """Run the command line and return its exit status."""
    note = environment.prepare()
    options = tyro.cli(Options, args=arguments, prog=prog, config=(tyro.conf.FlagCreatePairsOff,))
    if note and options.models.startswith("hub:"):
        print(note, file=sys.stderr)
    return run(options)


def run(options: Options) -> int:
    """Serve the page until stopped, or show a page that runs already; return the exit status."""
    start = Start(options.models, options.host, options.port, options.share, options.mcp)
    try:
        viewer = choose_viewer(not options.no_open, options.window)
        address = find_running(start)
        if address is None:
            launch.serve(start, viewer)
        else:
            print(f"{TITLE} is already running at {address}")
            show(address, viewer)
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
