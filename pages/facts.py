"""The numbers that the page's sentences speak of: sizes of faces and codes, labels, and the rule of numbers in use."""

from collections.abc import Iterable
from typing import Any

from pages.numbers import IN_USE
from vae_models.hub.pull import Loaded


def list_facts(loaded: Loaded) -> dict[str, Any]:
    """Return each number, or None where the models differ or no record has it."""
    configs = [pulled.model.config for pulled in loaded.models]
    probes = [(pulled.record.attributes or {}).get("by_attribute", {}) for pulled in loaded.models]
    return {
        "models": len(loaded.models),
        "side": _find_common(config.image_size for config in configs),  # pixels
        "values": _find_common(config.channels * config.image_size**2 for config in configs),
        "latents": _find_common(config.latent_dim for config in configs),
        "labels": _find_common(len(probe) for probe in probes if probe),  # that were looked for in the codes
        "inUse": IN_USE,  # variance of a number's mean over faces
    }


def _find_common(values: Iterable[int]) -> int | None:
    different = set(values)
    return different.pop() if len(different) == 1 else None
