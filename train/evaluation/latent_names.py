"""Names of latent dimensions and directions of attributes, as stored in latents.json.

Chosen on the training images, accepted on the validation images by bounds that hold for all of a model's candidates
together. They are a proxy: CelebA's attributes are correlated,
so a dimension that predicts one predicts others too.
"""

from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import torch
from torch import Tensor

from metrics.attributes import auroc, auroc_interval, linear_probe, placement_error, placements
from train.data.labels import read_labels
from train.data.pictures import Pictures
from train.evaluation.attributes import LabelledCodes, display_name
from train.evaluation.effects import LabelledPictures, measure_effects
from train.evaluation.inference import Codes, encode
from vae_models import Autoencoder
from vae_models.distributions import DiagonalGaussian
from vae_models.files.latent_names import Acceptance, Best, Candidate, Direction, Fact, LatentNames, Name

MIN_AUROC = 0.70  # lower bound of the AUROC, on images not used to choose
MIN_GAP = 0.05  # lower bound of the difference in AUROC to the dimension that predicts the attribute second best
CONFIDENCE = 0.95  # of all lower bounds of a model together
DIGITS = 4


def find_latent_names(
    model: Autoencoder, training: Pictures, validation: Pictures, labels: Path, people: Tensor | None = None
) -> LatentNames:
    """Name the latent dimensions of a model from labelled images.

    `labels` is the CSV file of both sets, `people` (N,) the person in each validation image. Raises DataError as
    `read_labels` does.
    """
    attributes = read_labels(labels, training, validation)  # first: encoding takes minutes
    codes = [encode(model, part) for part in (training, validation)]
    choosing = LabelledCodes(codes[0].sample(), attributes[0])
    held_out = LabelledCodes(codes[1].sample(), attributes[1], people)
    names = name_latents(choosing, held_out)
    first, second = LabelledPictures(training, attributes[0]), LabelledPictures(validation, attributes[1])
    return replace(
        names,
        facts=describe_dimensions(choosing, held_out, codes[1]),
        effects=measure_effects(model, names.directions, first, second, codes[1].mean, people),
    )


def name_latents(training: LabelledCodes, validation: LabelledCodes) -> LatentNames:
    """Choose names and directions on `training`, and accept those that hold on `validation`."""
    held_out = auroc(validation.codes, validation.attributes.labels)  # (A, D)
    best = _find_best_dimensions(training, held_out)
    weights, _ = linear_probe(training.codes, training.attributes.labels)  # (D, A)
    directions = _find_directions(training, validation, weights)
    accepted = [a for a, attribute in enumerate(training.attributes.names) if display_name(attribute) in directions]
    crosstalk = _crosstalk(training.codes, weights[:, accepted]) if accepted else []
    candidates = _try_names(training, validation)
    return LatentNames(
        _accept_names(candidates, best, validation),
        directions,
        {display_name(attribute): entry for attribute, entry in best.items()},
        {name: dict(zip(directions, row, strict=True)) for name, row in zip(directions, crosstalk, strict=True)},
        acceptance=Acceptance(
            tuple(candidates),
            None if validation.people is None else len(validation.people.unique()),
            len(validation.codes),
        ),
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


def _try_names(training: LabelledCodes, validation: LabelledCodes) -> list[Candidate]:
    """Try the attributes that a single dimension predicts well on the training images, on the validation images.

    A candidate reaches both thresholds on the training images. It is accepted if both lower bounds on the validation
    images reach them. The bounds are one-sided, at the level 0.05 / candidates (Bonferroni): candidates are chosen on
    other images, so all of them hold with 95 % confidence. The gap's is the lowest of the bounds against every other
    dimension and sign, so it needs no further correction (Berger 1982).

    The candidates of one dimension are in the order in which they predict on the training images.
    """
    chosen, labels = auroc(training.codes, training.attributes.labels), validation.attributes.labels
    strength = (chosen - 0.5).abs().nan_to_num(nan=-1)
    order = strength.sort(dim=1, descending=True)
    rival = order.values[:, 1] if strength.shape[1] > 1 else torch.zeros(len(strength))
    good = (order.values[:, 0] >= MIN_AUROC - 0.5) & (order.values[:, 0] - rival >= MIN_GAP)
    varied = (labels.sum(dim=0) > 0) & (labels.sum(dim=0) < len(labels))
    tried = sorted((good & varied).nonzero()[:, 0].tolist(), key=lambda a: -order.values[a, 0])
    quantile = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / max(1, len(tried)))
    return [_try_name(training.attributes.names[a], chosen[a], validation, labels[:, a], quantile) for a in tried]


def _try_name(attribute: str, chosen: Tensor, validation: LabelledCodes, labels: Tensor, quantile: float) -> Candidate:
    """Compute the lower bounds of the AUROC of the dimension chosen, and of its gap to every other dimension.

    chosen: (D,) AUROC on the training images. Placements of a dimension with its sign turned are 1 - placements.
    """
    index = int((chosen - 0.5).abs().argmax())
    values = placements(validation.codes, labels)  # (N, D)
    best = values[:, [index]] if chosen[index] > 0.5 else 1 - values[:, [index]]
    others = values[:, torch.arange(values.shape[1]) != index]
    rivals = torch.cat([torch.full_like(best, 0.5), others, 1 - others], dim=1)  # chance is a rival, too
    area, area_bound = _lower_bounds(best, labels, validation.people, quantile)
    gap, gap_bound = _lower_bounds(best - rivals, labels, validation.people, quantile)
    return Candidate(
        attribute=attribute,
        index=index,
        auroc=area.item(),
        auroc_bound=area_bound.item(),
        gap=gap.min().item(),
        gap_bound=gap_bound.min().item(),
        accepted=bool(area_bound >= MIN_AUROC and gap_bound.min() >= MIN_GAP),
    )


def _lower_bounds(values: Tensor, labels: Tensor, people: Tensor | None, quantile: float) -> tuple[Tensor, Tensor]:
    """Return the AUROCs of placements (N, K), or differences of AUROCs, and their lower bounds; never below -1."""
    area = values[labels > 0.5].mean(dim=0)
    return area, (area - quantile * placement_error(values, labels, people)).clamp_min(-1)


def _accept_names(candidates: list[Candidate], best: dict[str, Best], validation: LabelledCodes) -> tuple[Name, ...]:
    """Name each dimension after the first of its candidates that holds."""
    accepted: dict[int, Name] = {}
    for one in candidates:
        if one.accepted and one.index not in accepted:
            increases, column = best[one.attribute].grows, validation.attributes.names.index(one.attribute)
            codes = validation.codes[:, [one.index]] * (1 if increases else -1)
            interval = _interval(codes, validation.attributes.labels[:, column], validation.people)
            name = f"{display_name(one.attribute)} {'+' if increases else '-'}"
            accepted[one.index] = Name(one.index, name, one.attribute, best[one.attribute].auroc, interval)
    return tuple(accepted[index] for index in sorted(accepted))


def _find_directions(training: LabelledCodes, validation: LabelledCodes, weights: Tensor) -> dict[str, Direction]:
    """Return the normal of each attribute's linear probe, one standard deviation long, if its AUROC is high enough.

    The lower end of the 95 % interval of its AUROC on the validation images has to reach the threshold.
    """
    directions = {}
    for a, attribute in enumerate(training.attributes.names):
        normal = weights[:, a] / weights[:, a].norm()
        spread = (training.codes @ normal).std(correction=0)
        labels, scores = validation.attributes.labels[:, a], validation.codes @ weights[:, a : a + 1]
        area = auroc(scores, labels[:, None])[0, 0]
        if not area >= MIN_AUROC:  # NaN, too
            continue
        interval = _interval(scores, labels, validation.people)
        if interval[0] >= MIN_AUROC:
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
    turned = validation.codes * torch.where(increases, 1.0, -1.0)
    intervals = [
        _interval(turned[:, [j]], validation.attributes.labels[:, a], validation.people)
        for j, a in enumerate(best.tolist())
    ]
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
            interval=intervals[j],
        )
        for j in range(len(columns))
    )


def _interval(scores: Tensor, labels: Tensor, people: Tensor | None) -> tuple[float, float]:
    """Return the 95 % interval of the AUROC of scores (N, 1)."""
    low, high = auroc_interval(scores, labels, people)
    return low.item(), high.item()
