"""A dial beside separately trained models of its betas: scores, dimensions in use, and what stays of a code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from metrics.latent import active_units, gaussian_total_correlation
from train.data.pictures import Pictures
from train.evaluation.inference import require_channels, score
from train.evaluation.text_report import markdown_table
from train.model_folder import to_device
from vae_models import Autoencoder, Dial, Objective
from vae_models.catalogue import DIALS
from vae_models.files.training_record import TrainingRecord

NATS = 0.1  # mean KL above which a dimension counts as informative
HEAD = (
    *("model", "distortion", "KL, nats", "loss", "active units", f"over {NATS:g} nat"),
    *("loss, relative", "distortion, relative"),
)


class Single(NamedTuple):
    """A model with one beta."""

    model: Autoencoder
    record: TrainingRecord


@dataclass(frozen=True)
class Scores:
    """Scores of a model at one beta over N images."""

    distortion: float  # of the objective, before its weight, mean
    kl: Tensor  # (D,) nats, means
    mean: Tensor  # (N, D) means of the codes
    loss: float  # of the objective at this beta, with the Gaussian total correlation

    @property
    def is_informative(self) -> Tensor:
        """Dimensions with more than NATS of information. (D,) bool."""
        return self.kl > NATS


class Pair(NamedTuple):
    """A separately trained model, and the dial at its beta."""

    title: str
    beta: float
    single: Scores
    dial: Scores


def choose_comparable(record: TrainingRecord, highest: float, models: Sequence[Single]) -> list[Single]:
    """Choose the models whose objective is that of a dial at one of its betas, by ascending beta."""
    families = ("vae", DIALS[record.recipe].base)
    chosen = [
        (beta, each)
        for each in models
        if each.record.family in families and (beta := each.record.beta) is not None and 1 <= beta <= highest
        if replace(each.record.objective, kl=1.0, tc=0.0) == record.objective
    ]
    return [each for _, each in sorted(chosen, key=lambda pair: pair[0])]


def compare(dial: Dial, record: TrainingRecord, models: Sequence[Single], pictures: Pictures) -> list[Pair]:
    """Score every model, and the dial at its beta, with the dial's objective there and with the same noise.

    Raises UserError as `measure` does.
    """
    pairs = []
    for model, own in models:
        beta = own.beta
        assert beta is not None, "the model is comparable"
        objective = record.objective_at(beta)
        single, turned = (measure(one, pictures, objective) for one in (model, dial.at(beta)))
        pairs.append(Pair(own.title, beta, single, turned))
    return pairs


def measure(model: Autoencoder, pictures: Pictures, objective: Objective) -> Scores:
    """Score a model with one beta.

    Raises UserError for pictures of other channels than the model's, and for codes and scores that are NaN or infinite.
    """
    require_channels(model, pictures)
    scores = score(to_device(model), pictures, objective)
    assert scores.kl is not None, "the model is comparable"
    distortion, kl = scores.distortion.mean().item(), scores.kl.mean(dim=0)
    dependence = objective.tc * gaussian_total_correlation(*scores.codes) if objective.tc else 0.0
    loss = objective.distortion_weight * distortion + objective.kl * kl.sum().item() + dependence
    return Scores(distortion, kl, scores.codes.mean, loss)


def correlate(first: Scores, other: Scores) -> float | None:
    """Correlate the means of each dimension that is informative in the first; return the least. None: there is none."""
    columns = first.is_informative.nonzero().flatten().tolist()
    pairs = (torch.stack([first.mean[:, column], other.mean[:, column]]) for column in columns)
    return min((torch.corrcoef(pair)[0, 1].item() for pair in pairs), default=None)


def format_pairs(pairs: Sequence[Pair]) -> str:
    """Format a table with two rows for each pair, and a line on the dial's codes."""
    rows = []
    for title, beta, single, dial in pairs:
        changes = (dial.loss / single.loss - 1, dial.distortion / single.distortion - 1)
        rows.append([title, *_cells(single), "", ""])
        rows.append([f"dial at β = {beta:g}", *_cells(dial), *(f"{100 * change:+.1f} %" for change in changes)])
    first = pairs[0]
    least = [(pair.beta, correlate(first.dial, pair.dial)) for pair in pairs[1:]]
    texts = [f"{value:.3f} at β = {beta:g}" for beta, value in least if value is not None]
    note = f"Least correlation of a dimension's mean with itself at β = {first.beta:g}: {', '.join(texts)}"
    return "\n".join([markdown_table(HEAD, rows), *([note] if texts else [])])


def _cells(scores: Scores) -> list[str]:
    informative = int(scores.is_informative.sum())
    return [
        f"{scores.distortion:.1f}",
        f"{scores.kl.sum().item():.2f}",
        f"{scores.loss:.1f}",
        f"{active_units(scores.mean)}",
        f"{informative}",
    ]
