"""How the models on the page are loaded by whoever wants them."""

from html import escape

from ui.words import column, plain
from vae_models.hub.pull import Pulled
from vae_models.hub.source import Source


def part(models: tuple[Pulled, ...]) -> str:
    """The Models tab's part on it, as HTML."""
    places = {pulled.origin.source for pulled in models}
    return f'<h2 class="part">Load one</h2><p class="note">{_where(places)}</p>{lines(models)}'


def _where(places: set[Source]) -> str:
    """From where the lines that load a model work."""
    if places == {"folder"}:
        return "From the folder they lie in:"
    if places & {"hub", "cache"}:
        return "From the project's folder; those of the Hub from anywhere, where the package is installed:"
    return "From the project's folder:"


def _argument(pulled: Pulled) -> str:
    """What `from_pretrained` is to be given, as Python."""
    origin = pulled.origin
    if origin.repository:
        return f'"{origin.repository}", revision="{origin.commit}"'
    return f'"assets/weights/{pulled.name}"' if origin.source == "bundled" else f'"{pulled.name}"'


def lines(models: tuple[Pulled, ...]) -> str:
    """The two lines of Python that load each model, as HTML."""
    found = []
    for pulled in models:
        words = column(pulled)
        code = f"from vae_models import Autoencoder\nmodel = Autoencoder.from_pretrained({_argument(pulled)})"
        found.append(
            f'<section class="card {words.colour}" aria-label="Load {escape(plain(words.title))}">'
            f'<h3>{words.title}</h3><pre tabindex="0">{escape(code)}</pre></section>'
        )
    return f'<div class="loading">{"".join(found)}</div>'
