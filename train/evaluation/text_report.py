"""Scores of a training record as text for the terminal, and tables as Markdown."""

from collections.abc import Sequence
from typing import Any

from train.evaluation.people import describe_people
from vae_models.catalogue import DIALS
from vae_models.files.training_record import TrainingRecord

UNITS = {
    "psnr": " dB",
    "kl": " nats",
    "negative_elbo": " nats",
    "negative_importance_weighted_bound": " nats",
    "gaussian_total_correlation": " nats",
}
WIDTH = max(map(len, UNITS)) + 2
PARTS = ("mutual_information", "total_correlation", "dimension_wise_kl", "kl")
MISSING = "-"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table as Markdown. Every row has as many cells as `head`."""
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def format_scores(record: TrainingRecord) -> str:
    """List a record's scores, one per line, with the ELBO's decomposition and the optional metrics it has."""
    data, scores = record.data["validation"], record.scores
    single = {name: value for name, value in scores.items() if name != "decomposition"}
    name = f"{record.recipe} at beta {record.beta:g}" if record.recipe in DIALS else record.recipe
    lines = [f"{name} on {data['name']} ({data['split']}): {data['pictures']} pictures{_crop(data)}"]
    lines += [f"  {_words(name):<{WIDTH}}{_number(value)}{UNITS.get(name, '')}" for name, value in single.items()]
    if scores["decomposition"] is not None:
        lines.append("  nats".ljust(12) + "log n".rjust(8) + "".join(_words(part).rjust(20) for part in PARTS))
        lines += [_decomposition(entry) for entry in scores["decomposition"]]
    if record.attributes is not None:
        lines += _attributes(record.attributes)
    if record.total_correlation is not None:
        lines += _total_correlation(record.total_correlation)
    if record.generation is not None:
        lines += _generation(record.generation)
    return "\n".join(lines)


def _crop(data: dict[str, Any]) -> str:
    return "" if data["crop"] is None else f", {data['crop']} crop"


def _attributes(entry: dict[str, Any]) -> list[str]:
    """List the means, then one line per attribute, those with the largest gap first."""
    means = entry["means"]
    low, high = means["gap_interval"]
    lines = [
        f"  {len(entry['by_attribute'])} attributes, a proxy: mean AUROC of the best dimension {means['auroc']:.3f}, "
        f"gap to the second {means['gap']:.3f} ({low:.3f} to {high:.3f}), leakage {_number(means['leakage'])} "
        f"(labels alone: {_number(means['leakage_of_labels'])}), linear probe {means['probe_auroc']:.3f}",
        f"  {_intervals(entry)}",
        "  attribute".ljust(WIDTH) + "dimension   AUROC    95 % interval     gap   probe",
    ]
    for name, scores in sorted(entry["by_attribute"].items(), key=lambda item: -item[1]["gap"]):
        (low, high), sign = scores["interval"], "+" if scores["grows"] else "-"
        lines.append(
            f"  {_words(name).lower()}".ljust(WIDTH) + f"{scores['dimension']:>8} {sign}   {scores['auroc']:.3f}   "
            f"{low:.3f} to {high:.3f}   {scores['gap']:5.3f}   {scores['probe_auroc']:.3f}"
        )
    return lines


def _intervals(entry: dict[str, Any]) -> str:
    """Say over what intervals are; records of earlier versions do not say it."""
    intervals = entry.get("intervals") or {"people": None, "pictures": 0}
    return describe_people(intervals["people"], intervals["pictures"])


def _total_correlation(entry: dict[str, Any]) -> list[str]:
    """List the Gaussian total correlation of the images that trained and of the others."""
    lines = []
    for name, title in (("choosing", "training pictures"), ("held_out", "other pictures")):
        scores = entry[name]
        if scores["corrected"] is not None:
            low, high = scores["interval"]
            lines.append(
                f"  Gaussian total correlation, {title}: {scores['value']:.4f} nats, by chance {scores['chance']:.4f}, "
                f"so {scores['corrected']:.4f} ({low:.4f} to {high:.4f})"
            )
    return lines


def _generation(entry: dict[str, Any]) -> list[str]:
    sets = f"{entry['samples']} samples compared with {entry['pictures']} pictures, {entry['extractor']}"
    return [f"  {sets}"] + [
        f"  {prior + ' prior':<{WIDTH}}FID {entry[prior]['fid']:.2f}, KID {entry[prior]['kid']['mean']:.4f}"
        for prior in ("standard", "fitted")
    ]


def _decomposition(entry: dict[str, Any]) -> str:
    parts = "".join(f"{entry[part]:20.2f}" for part in PARTS)
    return f"  n = {entry['n']:<6}{entry['log_n']:8.2f}{parts}{'  saturated' if entry['saturated'] else ''}"


def format_disentanglement(record: TrainingRecord) -> str:
    """List a record's disentanglement scores, one per line, then one line per factor."""
    entry = record.disentanglement or {}
    data, settings = entry["data"], entry["settings"]
    lines = [
        f"{record.recipe} on {data['name']}: {entry['n']} pictures, "
        f"{len(settings['active_dimensions'])} active dimensions, seed {settings['seed']}"
    ]
    lines += [f"  {_words(name):<28}{_decimals(value)}" for name, value in entry["scores"].items()]
    if entry["no_modularity"]:
        lines.append(f"  no modularity: {entry['no_modularity']}")
    lines.append("  factor".ljust(30) + "MIG     SAP     informativeness")
    for name, scores in entry["by_factor"].items():
        numbers = (scores["mig"], scores["sap"], scores["informativeness"])
        lines.append(f"  {name:<28}" + "   ".join(f"{number:.3f}" for number in numbers))
    return "\n".join(lines)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float | None) -> str:
    return MISSING if value is None else f"{value:.4g}"


def _decimals(value: float | None) -> str:
    return MISSING if value is None else f"{value:.3f}"
