"""What is known of a model's latent dimensions: how much each carries, where its codes lie, what it is called."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ui.words import column, plain
from vae_models.files.latent_names import Direction
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import traversal_ranges

ACTIVE = 0.05  # nats: a mean KL below says that hardly any face moves the dimension out of its noise
VISIBLE = 1e-9  # mean squared change of a pixel: a rounding error's is less


@dataclass(frozen=True)  # a tuple has an `index` of its own
class Dimension:
    """One latent dimension."""

    index: int
    carries: float | None  # mean KL in nats, or of a point code the mean squared change of a pixel; None: not recorded
    share: float | None  # of what the dimension that carries most carries
    mean: float  # of the codes z ~ q(z|x) of the training faces
    std: float
    low: float  # ends of the range that is traversed
    high: float
    active: bool  # whether faces make use of it
    name: str | None
    attribute: str | None  # of the labelled faces, that it is named after


class Latents(NamedTuple):
    """A model's latent space."""

    dimensions: tuple[Dimension, ...]  # what carries most first; by index where that is not recorded
    directions: dict[str, Direction]  # by attribute

    @property
    def active(self) -> tuple[Dimension, ...]:
        """The dimensions that faces make use of."""
        return tuple(dimension for dimension in self.dimensions if dimension.active)

    def at(self, index: int) -> Dimension:
        """The dimension of that index."""
        return next(dimension for dimension in self.dimensions if dimension.index == index)


def known(pulled: Pulled) -> Latents:
    """What the record, the weights and the names beside them say of a model's dimensions.

    A range is mean +- 3 standard deviations of the aggregated posterior q(z_j), which the weights hold as the fitted
    prior (`Autoencoder.fit_prior`): the record's deviation is that of the mean codes, and near 0 where a dimension
    is dead, though its codes still fill N(0, 1). Unfitted weights hold N(0, I): the range is then -3 to 3. Point codes
    that never change have no deviation: theirs is taken for 1.

    Active is what has a mean KL of 0.05 nat or more, or of point codes what changes a pixel; all is where nothing is
    recorded. Raises ValueError where the record does not fit the model.
    """
    said = {name.index: name for name in pulled.names.dimensions}
    carried, threshold = _carried(pulled)
    most = max((amount for amount in carried if amount is not None), default=0.0)
    means, deviations = pulled.model.prior_mean.tolist(), pulled.model.prior_scale.norm(dim=1).tolist()
    found, reaches = [], traversal_ranges(pulled.model).tolist()
    for index, (carries, mean, std) in enumerate(zip(carried, means, deviations, strict=True)):
        share = None if carries is None else carries / most if most > 0 else 0.0
        active = carries is None or carries >= threshold
        low, high = reaches[index]
        name = said.get(index)
        called = (name.name, name.attribute) if name else (None, None)
        found.append(Dimension(index, carries, share, mean, std, low, high, active, *called))
    return Latents(tuple(sorted(found, key=lambda dimension: -(dimension.carries or 0.0))), pulled.names.directions)


def _carried(pulled: Pulled) -> tuple[list[float] | list[None], float]:
    """What each dimension carries, and from how much on it is active."""
    recorded, size = pulled.record.latents, pulled.model.config.latent_dim
    for name, threshold in (("kl", ACTIVE), ("pixel_change", VISIBLE)):
        if name in recorded:
            if len(recorded[name]) != size:
                raise ValueError(
                    f"The record of {pulled.name} has {len(recorded[name])} numbers of {name}: the model has {size} "
                    "latent dimensions"
                )
            return recorded[name], threshold
    return [None] * size, 0.0


def as_json(pulled: Pulled) -> dict[str, Any]:
    """The same as plain JSON, with the model's name, title and colour class."""
    words, latents = column(pulled), known(pulled)
    return {
        "name": pulled.name,
        "title": plain(words.title),
        "colour": words.colour,
        "stochastic": pulled.model.config.stochastic,
        "dimensions": [asdict(dimension) for dimension in latents.dimensions],
        "directions": {attribute: found._asdict() for attribute, found in latents.directions.items()},
        "best": {attribute: asdict(found) for attribute, found in pulled.names.best.items()},
    }
