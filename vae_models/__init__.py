"""Autoencoders for images, and the objectives they are trained with."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vae_models.autoencoder import Autoencoder
    from vae_models.conditional import Dial
    from vae_models.config import DialConfig, ModelConfig
    from vae_models.objectives.objective import Objective

__all__ = ["Autoencoder", "Dial", "DialConfig", "ModelConfig", "Objective"]


def __getattr__(name: str) -> Any:
    """Import a class when it is first used: torch takes seconds, and the catalogue and the file names do without."""
    if name == "Autoencoder":
        from vae_models.autoencoder import Autoencoder

        return Autoencoder
    if name == "Dial":
        from vae_models.conditional import Dial

        return Dial
    if name == "DialConfig":
        from vae_models.config import DialConfig

        return DialConfig
    if name == "ModelConfig":
        from vae_models.config import ModelConfig

        return ModelConfig
    if name == "Objective":
        from vae_models.objectives.objective import Objective

        return Objective
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
