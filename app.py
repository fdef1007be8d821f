"""VAE Faces: `python app.py` serves the page with the bundled models."""

import os
import sys
from dataclasses import dataclass
from typing import Annotated

import tyro

from ui import serving, uploads

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported


@dataclass(frozen=True)
class Options:
    """Four face autoencoders side by side, in the browser or in a window of their own."""

    models: Annotated[str, tyro.conf.arg(metavar="bundled|hub:NAMESPACE[@REVISION]|DIR")] = os.environ.get(
        "VAE_FACES_MODELS", "bundled"
    )
    """The bundled ones; those of a namespace of the Hugging Face Hub, or where they cannot be had its cache's or the
    bundled ones; a result folder of the trainer, or a folder of these. VAE_FACES_MODELS sets the default."""
    host: Annotated[str | None, tyro.conf.arg(metavar="ADDRESS")] = None
    """Where to listen: this machine alone, unless told otherwise; 0.0.0.0 lets others on the network in."""
    port: Annotated[int | None, tyro.conf.arg(metavar="NUMBER")] = None
    """Where to serve: the first free port from 7860, unless this page runs there already; then that one is opened."""
    share: bool = False
    """Make a public link through Gradio's servers."""
    mcp: bool = False
    """Serve the endpoints to agents too, as MCP tools at /gradio_api/mcp/."""
    no_open: bool = False
    """Do not open the browser (where there is no display, and on a Space, nothing is opened anyway)."""
    window: bool = False
    """Show the page in a window of its own, without a browser; closing it ends the app. Needs pywebview."""


def main(options: Options) -> int:
    """Serve until stopped, or show the page that is served already; the exit status."""
    start = serving.Start(options.models, options.host, options.port, options.share, options.mcp)
    try:
        viewer = serving.viewer(not options.no_open, options.window)
        address = serving.running(start)
        if address is None:
            serve(start, viewer)
        else:
            print(f"{serving.TITLE} is already running at {address}")
            serving.show(address, viewer)
    except serving.StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def serve(start: serving.Start, viewer: serving.Viewer) -> None:
    """Build the page, show it, and serve it until stopped or, in a window, closed.

    Raises StartError where there are no such models or no such place to serve.
    """
    folder = uploads.private_folder()
    from ui import page, static, workers  # after the arguments are right: torch and gradio take seconds
    from ui.theme import CSS, SCRIPTS, theme
    from vae_models.hub.pull import pull

    workers.settle()
    try:
        loaded = pull(start.models)
    except (OSError, ValueError) as error:
        raise serving.StartError(str(error)) from error
    for failure in loaded.failures:
        print(failure, file=sys.stderr)
    blocks = page.build(serving.TITLE, loaded)
    uploads.keep_sweeping(folder)
    try:
        _, address, _ = blocks.launch(
            server_name=start.host,
            server_port=start.port,
            share=start.share,
            inbrowser=viewer == "browser",
            prevent_thread_lock=viewer == "window",  # the window is what is waited for
            mcp_server=start.mcp,
            ssr_mode=False,  # a Space would have Node render the page, which is written for the browser
            pwa=True,
            favicon_path=serving.ICON,
            theme=theme(),
            css_paths=CSS,
            head_paths=SCRIPTS,
            max_file_size="20mb",
            run_history=False,
            footer_links=["api", "gradio"],
            app_kwargs={"routes": [serving.nameplate_route(start), *static.routes(loaded.models)]},
        )
    except OSError as error:  # gradio found no port that is free and allowed
        raise serving.StartError(str(error)) from error
    if viewer == "window":
        serving.show(address, viewer)
        blocks.close(verbose=False)


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, prog="python app.py", config=(tyro.conf.FlagCreatePairsOff,))))
