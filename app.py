"""VAE Faces: `python app.py` serves the page with the bundled models."""

import os
import sys
from dataclasses import dataclass
from typing import Annotated

import tyro

from ui import uploads

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported


@dataclass(frozen=True)
class Options:
    """Four face autoencoders side by side, in the browser."""

    models: Annotated[str, tyro.conf.arg(metavar="bundled|DIR")] = os.environ.get("VAE_FACES_MODELS", "bundled")
    """The bundled models, a result folder of the trainer, or a folder of such folders; VAE_FACES_MODELS sets another
    default."""
    host: str | None = None
    """Address to listen on; default: this machine alone."""
    port: int | None = None
    """Default: the first free one from 7860."""
    share: bool = False
    """Make a public link through Gradio's servers."""
    mcp: bool = False
    """Serve the endpoints as MCP tools too, at /gradio_api/mcp/."""


def main(options: Options) -> int:
    """Serve until stopped; the exit status."""
    folder = uploads.private_folder()
    import gradio as gr  # after the arguments are right: torch and gradio take seconds

    from ui import beta, carry, endpoints, morph, reconstruct, sample
    from ui import models as models_tab
    from ui.theme import CSS, SCRIPTS, theme
    from vae_models.hub import pull

    try:
        models = pull(options.models)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    with gr.Blocks(title="VAE Faces", fill_width=True, delete_cache=(uploads.EVERY, uploads.AGE)) as page:
        gr.HTML(
            '<header class="masthead"><h1>VAE Faces</h1>'
            "<p>Four autoencoders, one question: what does β do to a face?</p></header>"
        )
        picked = gr.State(None)
        with gr.Tabs() as tabs:
            with gr.Tab("Sample", id="sample"):
                sampled = sample.build(models, picked)
            with gr.Tab("Reconstruct", id="reconstruct"):
                reconstructed = reconstruct.build(models)
            with gr.Tab("Beta", id="beta"):
                targets = beta.build(models, picked)
            with gr.Tab("Morph", id="morph"):
                targets += morph.build(models, picked)
            with gr.Tab("Models", id="models"):
                models_tab.build(models, options.models)
        carry.connect(tabs, picked, [sampled, reconstructed], targets)
        endpoints.build(models)
    uploads.keep_sweeping(folder)
    page.launch(
        server_name=options.host,
        server_port=options.port,
        share=options.share,
        mcp_server=options.mcp,
        theme=theme(),
        css_paths=CSS,
        head_paths=SCRIPTS,
        max_file_size="20mb",
        run_history=False,
        footer_links=["api", "gradio"],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, prog="python app.py")))
