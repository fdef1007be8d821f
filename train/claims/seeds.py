"""Measures of models that differ in their seed alone: mean, spread, and whether a claim survives the seed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from metrics.estimate import Measure
from train.claims.reference import Measures
from train.claims.table import CLAIMS, Row
from train.evaluation.text_report import MISSING, markdown_table

ROWS = {row.name: row for claim in CLAIMS for row in claim.rows}


class Comparison(NamedTuple):
    """A sentence of the report about models trained alike, as an order of one measure."""

    sentence: str
    measure: str
    lower: tuple[str, ...]  # recipes that have less of it, according to the report
    higher: tuple[str, ...]  # recipes that have more
    equal_distortion: bool = False  # of a β-VAE and its `rival_` measure, the other family's at its distortion


VAE, BETA_VAE, TCVAE = ("vae",), ("beta-vae",), ("beta-tcvae",)
BETA = BETA_VAE + TCVAE
EQUAL = True
COMPARISONS = (
    Comparison("A higher β lowers the rate", "rate", BETA, VAE),
    Comparison("A higher β raises the distortion", "distortion", VAE, BETA),
    Comparison("Samples of β-VAE and β-TCVAE are more varied", "standard_variance", VAE, BETA),
    Comparison("Samples of β-VAE and β-TCVAE differ more from each other", "standard_distance", VAE, BETA),
    Comparison("With β, reconstructions look more alike", "reconstruction_variance", BETA, VAE),
    Comparison("With β, reconstructions get blurrier", "reconstruction_energy", BETA, VAE),
    Comparison("A β-TCVAE's dimensions depend less on each other", "gaussian_tc", TCVAE, BETA_VAE, EQUAL),
    Comparison("A β-TCVAE separates features better: gap", "gap", BETA_VAE, TCVAE, EQUAL),
    Comparison("A β-TCVAE separates features better: leakage", "leakage", TCVAE, BETA_VAE, EQUAL),
    Comparison("A high β loses glasses", "eyeglasses", BETA, VAE),
    Comparison("A high β loses finer features", "probe", BETA, VAE),
)


class Model(NamedTuple):
    """One trained model."""

    title: str
    family: str  # recipe of its objective
    seed: int
    settings: dict[str, object]  # and the training images; without the seed
    measures: Measures


class Group(NamedTuple):
    """Models that differ in their seed alone."""

    title: str
    family: str
    models: tuple[Model, ...]  # by seed

    def values(self, name: str) -> list[float]:
        """Return a measure of every seed, or an empty list if a model lacks it."""
        values = [model.measures.get(name) for model in self.models]
        return [value.value for value in values if isinstance(value, Measure)] if all(values) else []


def group_by_seed(models: Sequence[Model]) -> list[Group]:
    """Return the groups of at least two seeds, in the order of their first models."""
    groups: list[list[Model]] = []
    for model in models:
        same = [g for g in groups if (g[0].title, g[0].settings) == (model.title, model.settings)]
        if same:
            same[0].append(model)
        else:
            groups.append([model])
    by_seed = [sorted(group, key=lambda model: model.seed) for group in groups]
    several = [group for group in by_seed if group[0].seed != group[-1].seed]
    return [Group(group[0].title, group[0].family, tuple(group)) for group in several]


def judge(comparison: Comparison, groups: Sequence[Group]) -> str:
    """Say in how many pairs of models, of any two seeds, the measure has the order that the report claims."""
    pairs = [low < high for lower, higher in _list_sides(comparison, groups) for low in lower for high in higher]
    if not pairs:
        return MISSING
    if all(pairs):
        return f"yes, whatever the seed ({len(pairs)} of {len(pairs)} pairs)"
    if not any(pairs):
        return f"no, whatever the seed (0 of {len(pairs)} pairs)"
    return f"depends on the seed ({sum(pairs)} of {len(pairs)} pairs)"


def _list_sides(comparison: Comparison, groups: Sequence[Group]) -> list[tuple[list[float], list[float]]]:
    """List lower and higher values to compare: those of all models together, or at each β-VAE's distortion."""
    name, sides = comparison.measure, (comparison.lower, comparison.higher)
    if comparison.equal_distortion:
        both = [(g.values(name), g.values(f"rival_{name}")) for g in groups if g.family in BETA_VAE]
        return both if comparison.lower == BETA_VAE else [(rival, own) for own, rival in both]
    lower, higher = ([v for group in groups if group.family in side for v in group.values(name)] for side in sides)
    return [(lower, higher)]


def render_seeds(models: Sequence[Model]) -> str:
    """Format two tables: mean ± standard deviation over the seeds of every measure, and the verdicts; else nothing."""
    groups = group_by_seed(models)
    if not groups:
        return ""
    measured = [row for row in ROWS.values() if any(group.values(row.name) for group in groups)]
    spreads = [[row.title, *(_spread(group.values(row.name), row) for group in groups)] for row in measured]
    titles = [group.title for group in groups]
    verdicts = [_list_cells(one, groups) for one in COMPARISONS]
    counts = "; ".join(f"{group.title}: {len(group.models)}" for group in groups)
    return "\n\n".join(
        [
            f"Mean ± standard deviation over training seeds ({counts}):",
            markdown_table(["", *titles], spreads),
            markdown_table(["claim", "measure", *titles, "holds"], verdicts),
        ]
    )


def _list_cells(comparison: Comparison, groups: Sequence[Group]) -> list[str]:
    row = ROWS[comparison.measure]
    title = f"{row.title}, at equal distortion" if comparison.equal_distortion else row.title
    spreads = [_write_cell(comparison, group, row) for group in groups]
    return [comparison.sentence, title, *spreads, judge(comparison, groups)]


def _write_cell(comparison: Comparison, group: Group, row: Row) -> str:
    own = _spread(group.values(row.name), row)
    if not comparison.equal_distortion:
        return own
    rival = _spread(group.values(f"rival_{row.name}"), row)
    return MISSING if group.family not in BETA_VAE else f"{own}; β-TCVAE {rival}"


def _spread(values: list[float], row: Row) -> str:
    if not values:
        return MISSING
    return f"{np.mean(values):.{row.digits}f} ± {np.std(values, ddof=1):.{row.digits}f}"
