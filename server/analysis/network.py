"""The network that a caller names: an ordinary model, or one network for every beta at the beta of the call."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from server.validation import ArgumentError, require_choice, require_number
from vae_models import ModelConfig
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.hub.pull import Loaded, PulledDial


class Network(NamedTuple):
    """Encoder and decoder for images (B, C, 64, 64) in [0, 1] and codes (B, D)."""

    name: str
    config: ModelConfig
    encode: Callable[[Tensor], DiagonalGaussian | Dirac]
    decode: Callable[[Tensor], Tensor]


def choose_network(loaded: Loaded, name: object, beta: object) -> Network:
    """Return the network of that name; a dial at this beta, or at 1 if there is none.

    Raises:
        ArgumentError: one sentence, if there is no such network, or if it does not have this beta.
    """
    models = {pulled.name: pulled for pulled in loaded.models}
    dials = {pulled.name: pulled for pulled in loaded.dials}
    chosen = require_choice("The model", name, [*models, *dials])
    if chosen in dials:
        return _at(dials[chosen], beta)
    if beta is not None:
        raise ArgumentError(f"The model {chosen} was trained with one beta: leave beta out, or null.")
    model = models[chosen].model
    return Network(chosen, model.config, model.encode, model.decode)


def require_beta(pulled: PulledDial, beta: object) -> float:
    """Return a beta of a dial. Raises ArgumentError, one sentence, for anything else."""
    return require_number("beta", beta, 1, pulled.dial.config.highest_beta)


def _at(pulled: PulledDial, beta: object) -> Network:
    """Return a dial at a beta. It computes with the beta as its input: `Dial.at` would copy all weights for each call.

    Raises ArgumentError as `require_beta` does.
    """
    dial, value = pulled.dial, 1.0 if beta is None else require_beta(pulled, beta)

    def repeat(x: Tensor) -> Tensor:
        return torch.full((len(x),), value)

    return Network(
        pulled.name,
        dial.config,
        lambda x: dial.encode(x, repeat(x)),
        lambda z: dial.decode(z, repeat(z)),
    )
