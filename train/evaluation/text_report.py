"""A record's scores for a terminal."""

from typing import Any

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


def render(record: TrainingRecord) -> str:
    """One line a score; the decomposition one line for each number of pictures, in nats; and what was asked for."""
    about, scores = record.data["validation"], record.scores
    plain = {name: value for name, value in scores.items() if name != "decomposition"}
    lines = [f"{record.recipe} on {about['name']} ({about['split']}): {about['pictures']} pictures{_cropped(about)}"]
    lines += [f"  {_words(name):<{WIDTH}}{_shown(value)}{UNITS.get(name, '')}" for name, value in plain.items()]
    if scores["decomposition"] is not None:
        lines.append("  nats".ljust(12) + "log n".rjust(8) + "".join(_words(part).rjust(20) for part in PARTS))
        lines += [_decomposed(entry) for entry in scores["decomposition"]]
    if record.attributes is not None:
        lines += _attributes(record.attributes)
    if record.generation is not None:
        lines += _generation(record.generation)
    return "\n".join(lines)


def _cropped(about: dict[str, Any]) -> str:
    return "" if about["crop"] is None else f", {about['crop']} crop"


def _attributes(entry: dict[str, Any]) -> list[str]:
    """The means, then a line for each attribute, those that stand furthest apart first. A proxy, so it says so."""
    means = entry["means"]
    low, high = means["gap_interval"]
    lines = [
        f"  {len(entry['by_attribute'])} attributes, a proxy: mean AUROC of the best dimension {means['auroc']:.3f}, "
        f"gap to the second {means['gap']:.3f} ({low:.3f} to {high:.3f}), leakage {_shown(means['leakage'])} "
        f"(of the labels {_shown(means['leakage_of_labels'])}), linear probe {means['probe_auroc']:.3f}",
        "  attribute".ljust(WIDTH) + "dimension   AUROC    95 % interval     gap   probe",
    ]
    for name, found in sorted(entry["by_attribute"].items(), key=lambda item: -item[1]["gap"]):
        (low, high), sign = found["interval"], "+" if found["grows"] else "-"
        lines.append(
            f"  {_words(name).lower()}".ljust(WIDTH) + f"{found['dimension']:>8} {sign}   {found['auroc']:.3f}   "
            f"{low:.3f} to {high:.3f}   {found['gap']:5.3f}   {found['probe_auroc']:.3f}"
        )
    return lines


def _generation(entry: dict[str, Any]) -> list[str]:
    of = f"{entry['samples']} samples against {entry['pictures']} pictures, {entry['extractor']}"
    return [f"  {of}"] + [
        f"  {prior + ' prior':<{WIDTH}}FID {entry[prior]['fid']:.2f}, KID {entry[prior]['kid']['mean']:.4f}"
        for prior in ("standard", "fitted")
    ]


def _decomposed(entry: dict[str, Any]) -> str:
    parts = "".join(f"{entry[part]:20.2f}" for part in PARTS)
    return f"  n = {entry['n']:<6}{entry['log_n']:8.2f}{parts}{'  saturated' if entry['saturated'] else ''}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
