"""The shape of a network: all that config.json holds, and all it takes to rebuild the model."""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

HALVINGS = 6  # six stride-2 convolutions take 64 x 64 pixels to one


@dataclass(frozen=True)
class ModelConfig:
    """Shape of one autoencoder.

    Raises:
        ValueError: if no such network can be built.
    """

    image_size: int = 64  # pixels a side
    channels: int = 3
    latent_dim: int = 32
    width: int = 64  # channels of the first convolution; the six have (1, 2, 2, 4, 8) x width, then latent_dim
    stochastic: bool = True  # False: the encoder gives a point (AE)

    def __post_init__(self) -> None:
        if self.image_size != 2**HALVINGS:
            raise ValueError(f"image_size={self.image_size}: six halvings need {2**HALVINGS} pixels a side")
        for name in ("channels", "latent_dim", "width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)}: it must be at least 1")
        if self.width % 2:
            raise ValueError(f"width={self.width}: it must be even, the decoder ends in width / 2 channels")

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a config.json. Fields that it leaves out have their defaults.

        Raises:
            ValueError: if the file is not such an object, or has a field that this version does not know: ignoring the
                field would build another network without a word.
        """
        config = _read_object(file)
        types = {field.name: field.type for field in fields(cls)}
        unknown = [name for name in config if name not in types]
        if unknown == [name for name in config if name in DIAL_FIELDS] and unknown:
            raise ValueError(
                f"{file} is of one network for every beta: load it with Dial.from_pretrained, then choose by at(beta)"
            )
        if unknown:
            raise ValueError(f"{file} comes from a newer version, which knows {', '.join(unknown)}: update VAE Faces")
        for name, value in config.items():
            if type(value) is not types[name]:
                raise ValueError(f"{file}: {name}={value!r} is no {types[name]}")
        return cls(**config)


def _read_object(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file} is not JSON: {error}") from None
    if not isinstance(config, dict):
        raise ValueError(f"{file} must hold an object of fields, not {type(config).__name__}")
    return config


@dataclass(frozen=True)
class DialConfig(ModelConfig):
    """Shape of one network for every beta. Its fields make versions without dials refuse its config.json.

    Raises:
        ValueError: if no such network can be built.
    """

    highest_beta: float = 50.0  # the dial goes from 1 to it
    features: int = 32  # of the MLP by which beta scales and shifts the heads' outputs

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.stochastic:
            raise ValueError("stochastic=False: a point code has no KL for beta to weigh")
        if not 1 < self.highest_beta < math.inf:
            raise ValueError(f"highest_beta={self.highest_beta}: it must be finite and greater than 1")
        if self.features < 1:
            raise ValueError(f"features={self.features}: it must be at least 1")

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a config.json as `ModelConfig.read` does.

        Raises:
            ValueError: as `ModelConfig.read` does, and if the file is of an ordinary model.
        """
        if not DIAL_FIELDS & _read_object(file).keys():
            raise ValueError(f"{file} is of an ordinary model: load it with Autoencoder.from_pretrained")
        return super().read(file)

    def network(self) -> ModelConfig:
        """Return the shape of the ordinary model of one beta."""
        return ModelConfig(**{field.name: getattr(self, field.name) for field in fields(ModelConfig)})


DIAL_FIELDS = {field.name for field in fields(DialConfig)} - {field.name for field in fields(ModelConfig)}


def read_config(file: Path) -> ModelConfig:
    """Read the config.json of an ordinary model, or of one network for every beta: a DialConfig.

    Raises:
        ValueError: as `ModelConfig.read` does.
    """
    return DialConfig.read(file) if DIAL_FIELDS & _read_object(file).keys() else ModelConfig.read(file)
