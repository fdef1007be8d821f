"""Where each model came from, and what could not be had, in plain sentences."""

from html import escape

from vae_models.hub.pull import Loaded, Pulled
from vae_models.hub.source import SOURCES, Source


def cell(pulled: Pulled) -> str:
    """A model's place, for its column of the table."""
    origin = pulled.origin
    which = f"<br>{escape(origin.repository)}" if origin.repository else ""
    return f"{SOURCES[origin.source]}{which}" + (f" at {origin.commit[:7]}" if origin.commit else "")


def failures(loaded: Loaded) -> str:
    """What could not be had, as HTML; nothing where everything could. Models with the same trouble share a line."""
    together: dict[tuple[Source, str], list[str]] = {}
    for name, origin, reason in loaded.failures:
        together.setdefault((origin.source, reason), []).append(name)
    lines = [
        f"<li><b>{escape(', '.join(names))}</b> from {SOURCES[place]}: {escape(reason)}.</li>"
        for (place, reason), names in together.items()
    ]
    if not lines:
        return ""
    said = "Not everything could be loaded:"
    if not loaded.missing:
        said = "Every model is here, but not everything came from where it was looked for first:"
    return (
        f'<section aria-label="What could not be loaded"><p class="note">{said}</p>'
        f'<ul class="note">{"".join(lines)}</ul></section>'
    )


def missing(loaded: Loaded) -> str:
    """The line for the top of the page, as HTML; nothing where no model is missing."""
    if not loaded.missing:
        return ""
    return f"<p>Not here: {escape(', '.join(loaded.missing))}. The tab Models says why.</p>"
