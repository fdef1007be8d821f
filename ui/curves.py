"""What the models scored, as curves: Vega-Lite, which gradio draws in the browser without a library of Python's."""

from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

from ui.words import FAMILIES, Family, beta_of
from vae_models.catalogue import RECIPES
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled

Row = dict[str, float | str]  # one mark: its place, the family it is drawn for, what a hover says
Spec = dict[str, Any]  # Vega-Lite, as JSON
Score = Callable[[TrainingRecord], float | None]

HEIGHT = 190  # pixels of the plotted square
# the style sheet's, so that the curves follow the page into the dark
INK, FAINT, LINES = "var(--body-text-color)", "var(--body-text-color-subdued)", "var(--border-color-primary)"
COLOURS = {name: f"var(--{name})" for name, recipe in RECIPES.items() if recipe.stochastic}


class Curve(NamedTuple):
    """A chart and the words around it."""

    title: str
    note: str  # what to read from it
    spec: Spec


def curves(models: tuple[Pulled, ...]) -> list[Curve]:
    """The charts that at least one model has scores for."""
    records = [pulled.record for pulled in models if beta_of(pulled.record) is not None]
    over_beta: dict[str, tuple[str, Score, str]] = {
        "Gaussian total correlation": (
            "nats",
            _score("gaussian_total_correlation"),
            "How much the dimensions tell of each other: 0 is a code of independent ones.",
        ),
        "Dimension-wise KL": (
            "nats",
            _dimension_wise_kl,
            "How far the single dimensions, averaged over faces, lie from N(0, 1)." + _counted(records),
        ),
        "Active dimensions": ("dimensions", _score("active_units"), "Those whose mean code still moves with the face."),
    }
    found = []
    if rows := _rows(records, _score("kl"), _score("squared_error")):
        note = "To the left fewer nats are spent on a face, upwards it comes back less exact: β sets the price."
        found.append(Curve("Distortion against rate", note, _spec(rows, "KL, nats", "squared error", over_beta=False)))
    for title, (unit, score, note) in over_beta.items():
        if rows := _rows(records, beta_of, score):
            found.append(Curve(title, note, _spec(rows, "β", unit, over_beta=True)))
    return found


def legend() -> str:
    """The colours, named once for all charts."""
    names: list[tuple[str, str]] = [("vae", "VAE, β = 1 of both"), *FAMILIES.items()]
    return "".join(f'<span class="key model-{recipe}">{escape(name)}</span>' for recipe, name in names)


def _score(name: str) -> Score:
    return lambda record: record.scores.get(name)


def _decomposition(record: TrainingRecord) -> dict[str, Any] | None:
    """The ELBO's decomposition over all validation faces, the last of those recorded."""
    scores: dict[str, Any] = record.scores
    entries = scores.get("decomposition")
    return entries[-1] if entries else None


def _dimension_wise_kl(record: TrainingRecord) -> float | None:
    entry = _decomposition(record)
    return entry["dimension_wise_kl"] if entry else None


def _counted(records: list[TrainingRecord]) -> str:
    """N and log N of the estimates, which hold no better than N allows."""
    entries = [entry for record in records if (entry := _decomposition(record))]
    if not entries:
        return ""
    counts = " or ".join(
        f"N = {n:,} faces (log N = {log_n:.1f})" for n, log_n in sorted({(e["n"], e["log_n"]) for e in entries})
    )
    saturated = (
        " Saturated: these faces are too few for a rate this high." if any(e["saturated"] for e in entries) else ""
    )
    return f" Estimated on {counts}.{saturated}"


def _rows(records: list[TrainingRecord], x: Score, y: Score) -> list[Row]:
    """One row a model and family, so that the VAE begins both lines."""
    found: list[Row] = []
    for record in records:
        place, value, beta = x(record), y(record), beta_of(record)
        if place is None or value is None or beta is None:
            continue
        families: list[Family] = [name for name in FAMILIES if record.family in ("vae", name)]
        found += [
            {"family": family, "recipe": record.family, "x": place, "y": value, "beta": beta, "label": f"β {beta:g}"}
            for family in families
        ]
    return found


def _spec(rows: list[Row], x_title: str, y_title: str, *, over_beta: bool) -> Spec:
    """Lines by family, points by recipe; over β on a logarithmic axis, else with β written at each point."""
    betas = sorted({row["beta"] for row in rows})
    scale = {"type": "log", "nice": False, "padding": 14} if over_beta else {"zero": False, "padding": 22}
    x_axis = {"values": betas, "format": "~g", "labelOverlap": False} if over_beta else {"tickCount": 5}
    x = {"field": "x", "type": "quantitative", "title": x_title, "scale": scale, "axis": x_axis}
    y_scale = {"zero": over_beta, "padding": 0 if over_beta else 18}
    y = {"field": "y", "type": "quantitative", "title": y_title, "scale": y_scale, "axis": {"tickCount": 4}}
    hover = [
        {"field": "beta", "title": "β"},
        {"field": "x", "title": x_title, "format": ".3~g"},
        {"field": "y", "title": y_title, "format": ".4~g"},
    ]
    line = {
        "mark": {"type": "line", "strokeWidth": 2, "opacity": 0.75},
        "encoding": {"color": _colour("family"), "order": {"field": "beta"}},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {"color": _colour("recipe"), "tooltip": hover[:1] + hover[2:] if over_beta else hover},
    }
    layers = [line, points] if over_beta else [line, points, _labels("beta-tcvae", -1), _labels("beta-vae", 1)]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": HEIGHT,
        "background": "transparent",
        "padding": 2,
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "layer": layers,
        "config": _CONFIG,
        # svg: its colours may be the style sheet's variables
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    }


def _colour(field: str) -> Spec:
    scale = {"domain": list(COLOURS), "range": list(COLOURS.values())}
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def _labels(family: Family, side: int) -> Spec:
    """β beside each point: one family's above its line, the other's below, the VAE's once."""
    once = " || datum.recipe == 'vae'" if side < 0 else ""
    return {
        "transform": [{"filter": f"datum.family == '{family}' && (datum.recipe == '{family}'{once})"}],
        "mark": {"type": "text", "dy": 14 * side, "dx": -8 * side, "fontSize": 12, "fontWeight": 600},
        "encoding": {"text": {"field": "label"}, "color": _colour("recipe")},
    }


_CONFIG: Spec = {
    "font": "ui-sans-serif, system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": LINES,
        "labelColor": FAINT,
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": FAINT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "axisX": {"grid": False, "domain": True, "domainColor": LINES},
}
