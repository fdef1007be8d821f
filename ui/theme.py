"""Theme and style sheet: what launch() is given."""

from pathlib import Path

import gradio as gr

ASSETS = Path(__file__).parent.parent / "assets"
CSS = ASSETS / "style.css"
SCRIPTS = ASSETS / "head.html"  # what stands in the page's head


def theme() -> gr.themes.Base:
    """Quiet greys, one blue, the system's fonts: the faces are the colour."""
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        radius_size="lg",
        font=["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
