"""VAE Faces: `python app.py` serves the page with the bundled models."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro

from ui import serving, uploads
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
    """Serve the page until stopped, or show the page that is served already; return the exit status."""
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

    Raises StartError if the models cannot be loaded or the page cannot be served.
    """
    start = serving.take_host(start)
    environment.bypass_proxies(*serving.hosts(start))  # gradio asks its own page
    serving.free_port(start)  # a wrong host is reported before anything slow
    if viewer != "window":  # a window runs a loop of its own, in which Python sees no signal
        serving.end_on_signals()
    folder = uploads.private_folder()
    from ui import workers  # late: torch and gradio take seconds, and a wrong option is reported first
    from vae_models.hub.pull import pull

    workers.settle()
    try:
        loaded = pull(start.models)
    except (OSError, ValueError) as error:
        raise serving.StartError(str(error)) from error
    for line in (*loaded.failures, *environment.drop_unusable_proxies()):
        print(line, file=sys.stderr)
    # not before `pull`, which takes every proxy, nor before proxies are dropped that gradio cannot be imported with
    from ui import endpoints, page, static
    from ui.theme import CSS, SCRIPTS, theme

    blocks = page.build(serving.TITLE, loaded)
    uploads.keep_sweeping(folder)
    port = serving.free_port(start)
    try:
        _, _, public = blocks.launch(
            server_name=serving.server_name(start),
            server_port=port,
            share=start.share,
            prevent_thread_lock=True,  # serving.show and block_thread wait instead
            mcp_server=start.mcp,
            ssr_mode=False,  # on a Space, Node would render the page on the server
            pwa=True,
            favicon_path=serving.ICON,
            theme=theme(),
            css_paths=CSS,
            head_paths=SCRIPTS,
            max_file_size=uploads.LARGEST_FILE,
            run_history=False,
            footer_links=["api", "gradio"],
            app_kwargs={
                "routes": [serving.nameplate_route(start), *static.routes(loaded.models)],
                "exception_handlers": endpoints.REFUSALS,
            },
        )
    except Exception as error:  # of gradio, its server and its HTTP client
        raise serving.StartError(f"The page cannot be served: {' '.join(str(error).split())}") from error
    if start.mcp:
        endpoints.unpack_results(blocks.mcp_server_obj)
    serving.show(public or serving.local_address(start, port), viewer)
    if viewer == "window":
        blocks.close(verbose=False)
    else:
        blocks.block_thread()


if __name__ == "__main__":
    sys.exit(main())
