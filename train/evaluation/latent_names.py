"""Names of latent dimensions and directions of attributes, as stored in latents.json.

Chosen on the training images, accepted on the validation images. They are a proxy: CelebA's attributes are correlated,
so a dimension that predicts one predicts others too.
"""

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from metrics.attributes import auroc, auroc_interval, linear_probe
from train.data.pictures import Pictures
from train.evaluation.attributes import LabelledCodes, display_name, read_labels
from train.evaluation.inference import Codes, encode
from vae_models import Autoencoder
from vae_models.distributions import DiagonalGaussian
from vae_models.files.latent_names import Best, Direction, Fact, LatentNames, Name

MIN_AUROC = 0.70  # lower end of the 95 % interval of the AUROC, on images not used to choose
MIN_GAP = 0.05  # difference in AUROC to the dimension that predicts the attribute second best
NO_NAME = Name(0, "", "", 0.0, (0.0, 0.0))
DIGITS = 4


def find_latent_names(model: Autoencoder, training: Pictures, validation: Pictures, labels: Path) -> LatentNames:
    """Name the latent dimensions of a model from labelled images. `labels` is the CSV file of both sets.

    Raises DataError as `read_labels` does.
    """
    attributes = [read_labels(labels, part) for part in (training, validation)]  # first: encoding takes minutes
    codes = [encode(model, part) for part in (training, validation)]
    choosing, held_out = (LabelledCodes(z.sample(), labelled) for z, labelled in zip(codes, attributes, strict=True))
    return replace(name_latents(choosing, held_out), facts=describe_dimensions(choosing, held_out, codes[1]))


def name_latents(training: LabelledCodes, validation: LabelledCodes) -> LatentNames:
    """Choose names and directions on `training`, and accept those that hold on `validation`."""
    held_out = auroc(validation.codes, validation.attributes.labels)  # (A, D)
    best = _find_best_dimensions(training, held_out)
    weights, _ = linear_probe(training.codes, training.attributes.labels)  # (D, A)
    directions = _find_directions(training, validation, weights)
    accepted = [a for a, attribute in enumerate(training.attributes.names) if display_name(attribute) in directions]
    crosstalk = _crosstalk(training.codes, weights[:, accepted]) if accepted else []
    return LatentNames(
        _accept_names(best, validation, held_out),
        directions,
        {display_name(attribute): entry for attribute, entry in best.items()},
        {name: dict(zip(directions, row, strict=True)) for name, row in zip(directions, crosstalk, strict=True)},
    )


def _find_best_dimensions(training: LabelledCodes, held_out: Tensor) -> dict[str, Best]:
    """Find the dimension that predicts each attribute best on the training images, with its AUROC on the others.

    held_out: (A, D) AUROC on the validation images. Attributes that are constant in one of the sets are left out.
    """
    chosen = auroc(training.codes, training.attributes.labels)
    best = {}
    for a, attribute in enumerate(training.attributes.names):
        if chosen[a].isnan().any() or held_out[a].isnan().any():
            continue
        index = int((chosen[a] - 0.5).abs().argmax())
        increases = bool(chosen[a, index] > 0.5)
        area = held_out[a, index] if increases else 1 - held_out[a, index]
        best[attribute] = Best(index, increases, area.item())
    return best


def _accept_names(best: dict[str, Best], validation: LabelledCodes, held_out: Tensor) -> tuple[Name, ...]:
    """Name each dimension after the attribute it predicts best, if its interval and its gap pass the thresholds."""
    accepted: dict[int, Name] = {}
    for a, attribute in enumerate(validation.attributes.names):
        if attribute not in best:
            continue
        index, area = best[attribute].index, best[attribute].auroc
        rivals = torch.maximum(held_out[a], 1 - held_out[a])
        rivals[index] = 0.0
        interval = _interval(held_out.new_tensor(area), validation.attributes.labels[:, a])
        passes = interval[0] >= MIN_AUROC and area - rivals.max() >= MIN_GAP
        if passes and area > accepted.get(index, NO_NAME).auroc:
            sign = "+" if best[attribute].grows else "-"
            accepted[index] = Name(index, f"{display_name(attribute)} {sign}", attribute, area, interval)
    return tuple(accepted[index] for index in sorted(accepted))


def _find_directions(training: LabelledCodes, validation: LabelledCodes, weights: Tensor) -> dict[str, Direction]:
    """Return the normal of each attribute's linear probe, one standard deviation long, if its AUROC is high enough."""
    directions = {}
    for a, attribute in enumerate(training.attributes.names):
        normal = weights[:, a] / weights[:, a].norm()
        spread = (training.codes @ normal).std(correction=0)
        labels = validation.attributes.labels[:, a : a + 1]
        area = auroc(validation.codes @ weights[:, a : a + 1], labels)[0, 0]
        interval = _interval(area, labels[:, 0])
        if interval[0] >= MIN_AUROC:  # False for NaN too
            per_logit = (1 / (weights[:, a].norm() * spread)).item()
            step = tuple((normal * spread).tolist())
            directions[display_name(attribute)] = Direction(step, per_logit, area.item(), interval)
    return directions


def _crosstalk(codes: Tensor, weights: Tensor) -> list[list[float]]:
    """Compute how far a step along each probe's normal (row) moves each probe's score (column).

    weights: (D, A). The step is one standard deviation of the codes along the normal; the score is in its own standard
    deviations: s_a w_a . w_b / (|w_a|^2 s_b), where s are the standard deviations of the scores.
    """
    spread = (codes @ weights).std(dim=0, correction=0)
    normals = weights / weights.square().sum(dim=0)
    change = (normals.T @ weights) * spread[:, None] / spread
    return [[round(value, DIGITS) for value in row] for row in change.tolist()]


def describe_dimensions(training: LabelledCodes, validation: LabelledCodes, posteriors: Codes) -> tuple[Fact, ...]:
    """List the facts of every dimension, named or not: KL, spread, and the attribute that it predicts best.

    The attribute is chosen on `training`; its score is of `validation`, whose posteriors are `posteriors`. Empty if
    every attribute is constant in one of the sets.
    """
    chosen = auroc(training.codes, training.attributes.labels)
    held_out = auroc(validation.codes, validation.attributes.labels)
    valid = ~(chosen.isnan() | held_out.isnan()).any(dim=1)
    if not valid.any():
        return ()
    strength = torch.where(valid[:, None], (chosen - 0.5).abs(), -1.0)
    best, columns = strength.argmax(dim=0), torch.arange(chosen.shape[1])
    increases = chosen[best, columns] > 0.5
    area = torch.where(increases, held_out[best, columns], 1 - held_out[best, columns])
    positives = validation.attributes.labels.sum(dim=0)[best]
    low, high = auroc_interval(area, positives, len(validation.codes) - positives)
    kl = (
        None
        if posteriors.logvar is None
        else DiagonalGaussian(posteriors.mean, posteriors.logvar).kl().mean(dim=0).tolist()
    )
    spread = posteriors.mean.std(dim=0, correction=0)
    return tuple(
        Fact(
            index=j,
            kl=None if kl is None else kl[j],
            spread=spread[j].item(),
            attribute=training.attributes.names[int(best[j])],
            grows=bool(increases[j]),
            auroc=area[j].item(),
            interval=(low[j].item(), high[j].item()),
        )
        for j in range(len(columns))
    )


def _interval(area: Tensor, labels: Tensor) -> tuple[float, float]:
    positives = labels.sum()
    low, high = auroc_interval(area, positives, len(labels) - positives)
    return low.item(), high.item()
