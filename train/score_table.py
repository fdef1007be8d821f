"""A record's scores for a terminal."""

from typing import Any

from vae_models.record import TrainingRecord

UNITS = {"psnr": " dB", "kl": " nats", "negative_elbo": " nats", "gaussian_total_correlation": " nats"}
PARTS = ("mutual_information", "total_correlation", "dimension_wise_kl", "kl")


def render(record: TrainingRecord) -> str:
    """One line a score; the decomposition one line for each number of pictures, in nats."""
    about, scores = record.data["validation"], record.scores
    plain = {name: value for name, value in scores.items() if name != "decomposition"}
    lines = [f"{record.recipe} on {about['name']} ({about['split']}): {about['pictures']} pictures{_cropped(about)}"]
    lines += [f"  {_words(name):<28}{_shown(value)}{UNITS.get(name, '')}" for name, value in plain.items()]
    if scores["decomposition"] is not None:
        lines.append("  nats".ljust(12) + "log n".rjust(8) + "".join(_words(part).rjust(20) for part in PARTS))
        lines += [_decomposed(entry) for entry in scores["decomposition"]]
    return "\n".join(lines)


def _cropped(about: dict[str, Any]) -> str:
    return "" if about["crop"] is None else f", {about['crop']} crop"


def _decomposed(entry: dict[str, Any]) -> str:
    parts = "".join(f"{entry[part]:20.2f}" for part in PARTS)
    return f"  n = {entry['n']:<6}{entry['log_n']:8.2f}{parts}{'  saturated' if entry['saturated'] else ''}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
