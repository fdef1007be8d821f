import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from metrics.attributes import linear_probe
from train.data.labels import Attributes
from train.evaluation.attributes import LabelledCodes
from train.evaluation.inference import Codes
from train.evaluation.latent_names import MIN_AUROC, MIN_GAP, describe_dimensions, name_latents
from vae_models.files.latent_names import LatentNames
from vae_models.files.names import LATENTS


def draw_codes(seed: int, n: int = 3000) -> LabelledCodes:
    """Draw codes: dimension 2 falls with Smiling, dimensions 0 and 1 share Big_Nose; nothing predicts Young."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(n, 3, generator=generator) < 0.4).double()
    codes = torch.randn(n, 5, generator=generator, dtype=torch.float64)
    codes[:, 2] -= 1.5 * labels[:, 0]
    codes[:, :2] += 1.2 * labels[:, 1:2]
    return LabelledCodes(codes, Attributes(("Smiling", "Big_Nose", "Young"), labels))


def test_only_a_dimension_that_alone_predicts_an_attribute_is_named() -> None:
    names = name_latents(draw_codes(0), draw_codes(1))
    assert [(name.index, name.name, name.attribute) for name in names.dimensions] == [(2, "smiling -", "Smiling")]
    assert names.dimensions[0].interval[0] < names.dimensions[0].auroc < names.dimensions[0].interval[1]
    assert names.best["big nose"].index in (0, 1)
    assert names.best["smiling"].grows is False
    assert names.best["young"].auroc == pytest.approx(0.5, abs=0.05)


def test_a_name_needs_both_lower_bounds_over_all_candidates_together() -> None:
    names = name_latents(draw_codes(0), draw_codes(1))
    assert names.acceptance
    (one,) = names.acceptance.candidates
    assert (one.attribute, one.index, one.accepted) == ("Smiling", 2, True)
    assert MIN_AUROC <= one.auroc_bound < one.auroc
    assert MIN_GAP <= one.gap_bound < one.gap
    few = name_latents(draw_codes(0), draw_codes(1, 60)).acceptance
    assert few
    assert few.candidates[0].gap > MIN_GAP  # a threshold on the gap alone would accept it
    assert few.candidates[0].auroc_bound < one.auroc_bound
    assert few.candidates[0].gap_bound < one.gap_bound


def test_candidates_are_chosen_on_the_training_images_alone() -> None:
    training, validation = draw_codes(0), draw_codes(1)
    training.codes[:, 3] -= 1.4 * training.attributes.labels[:, 0]  # a rival that the validation images lack
    names = name_latents(training, validation)
    assert names.acceptance
    assert names.acceptance.candidates == ()
    assert names.dimensions == ()


def test_a_rival_of_either_sign_lowers_the_bound_of_the_gap() -> None:
    training, validation = draw_codes(0), draw_codes(1)
    validation.codes[:, 4] += 1.45 * validation.attributes.labels[:, 0]  # rises while dimension 2 falls
    (one,) = name_latents(training, validation).acceptance.candidates  # type: ignore[union-attr]
    assert one.gap < MIN_GAP
    assert not one.accepted


def test_pictures_of_the_same_people_give_no_better_bounds() -> None:
    training, validation = draw_codes(0), draw_codes(1, 200)
    people = torch.arange(200)
    copies = LabelledCodes(
        validation.codes.repeat_interleave(5, dim=0),
        Attributes(validation.attributes.names, validation.attributes.labels.repeat_interleave(5, dim=0)),
        people.repeat_interleave(5),
    )
    once = name_latents(training, replace(validation, people=people)).acceptance
    five, naive = (name_latents(training, part).acceptance for part in (copies, replace(copies, people=None)))
    assert once
    assert five
    assert naive
    assert (five.people, five.pictures, naive.people) == (200, 1000, None)
    for name in ("auroc_bound", "gap_bound"):
        assert getattr(five.candidates[0], name) == pytest.approx(getattr(once.candidates[0], name))
        assert getattr(naive.candidates[0], name) > getattr(once.candidates[0], name) + 0.01


def test_false_names_are_accepted_less_than_5_times_in_100() -> None:
    """The gap is exactly at its threshold in the population, for two attributes at once."""
    distance, rival = 2.0, 1.62  # AUROC 0.921 and 0.874: a gap of 0.047
    accepted = 0
    for seed in range(60):
        parts = []
        for part in (0, 1):
            generator = torch.Generator().manual_seed(1000 * part + seed)
            labels = (torch.rand(400, 2, generator=generator) < 0.5).double()
            codes = torch.randn(400, 4, generator=generator, dtype=torch.float64)
            codes += torch.cat([distance * labels, rival * labels], dim=1)
            parts.append(LabelledCodes(codes, Attributes(("Smiling", "Young"), labels)))
        accepted += bool(name_latents(*parts).dimensions)
    assert accepted / 60 <= 0.1


def test_names_that_do_not_hold_on_the_validation_images_are_dropped() -> None:
    validation = draw_codes(1)
    labels = validation.attributes.labels[torch.randperm(3000, generator=torch.Generator().manual_seed(2))]
    shuffled = LabelledCodes(validation.codes, Attributes(validation.attributes.names, labels))
    names = name_latents(draw_codes(0), shuffled)
    assert names.dimensions == ()
    assert names.directions == {}


def test_a_direction_is_one_deviation_long_and_tells_the_step_per_logit() -> None:
    training = draw_codes(0)
    names = name_latents(training, draw_codes(1))
    assert set(names.directions) == {"smiling", "big nose"}
    smiling = names.directions["smiling"]
    direction = torch.tensor(smiling.direction, dtype=torch.float64)
    assert direction.abs().argmax() == 2
    assert direction[2] < 0
    along = training.codes @ (direction / direction.norm())
    assert direction.norm().item() == pytest.approx(along.std(correction=0).item())
    # for Gaussian classes 1.5 apart with unit variance the logit rises by 1.5 per unit
    assert (smiling.per_logit * direction.norm()).item() == pytest.approx(1 / 1.5, rel=0.1)


def test_crosstalk_is_how_far_a_step_along_one_direction_moves_other_scores() -> None:
    training = draw_codes(0)
    names = name_latents(training, draw_codes(1))
    weights, _ = linear_probe(training.codes, training.attributes.labels[:, :2])
    deviation = (training.codes @ weights).std(dim=0, correction=0)
    for a, attribute in enumerate(("smiling", "big nose")):
        step = torch.tensor(names.directions[attribute].direction, dtype=torch.float64)
        moved = (step @ weights / deviation).tolist()
        assert list(names.crosstalk[attribute].values()) == pytest.approx(moved, abs=1e-3)
        assert moved[a] == pytest.approx(1)
        assert abs(moved[1 - a]) < 0.1  # the attributes were drawn independently


def test_crosstalk_keeps_its_key_in_the_file(tmp_path: Path) -> None:
    """Apps and models of earlier versions know the key `leakage`."""
    names = name_latents(draw_codes(0), draw_codes(1))
    names.write(tmp_path)
    assert json.loads((tmp_path / LATENTS).read_text())["leakage"] == names.crosstalk
    assert LatentNames.read(tmp_path, 5).crosstalk == names.crosstalk


def test_the_mean_of_an_inactive_dimension_names_and_moves_nothing() -> None:
    """The mean predicts the label perfectly, but a hundredth of the noise's size: no decoder sees it."""
    training, validation = draw_codes(0), draw_codes(1)
    samples, means = [], []
    for part, seed in ((training, 2), (validation, 3)):
        mean = part.codes.clone()
        mean[:, 4] = 0.01 * part.attributes.labels[:, 2]
        codes = Codes(mean, torch.full_like(mean, -6.0).index_fill(1, torch.tensor([4]), 0.0))
        samples.append(LabelledCodes(codes.sample(seed), part.attributes))
        means.append(LabelledCodes(codes.mean, part.attributes))
    assert "young" in name_latents(*means).directions
    names = name_latents(*samples)
    assert "young" not in names.directions
    assert all(abs(direction.direction[4]) < 0.1 for direction in names.directions.values())


def test_facts_describe_every_dimension() -> None:
    training, validation = draw_codes(0), draw_codes(1)
    codes = Codes(2 * validation.codes, torch.zeros_like(validation.codes))
    facts = describe_dimensions(training, validation, codes)
    assert [fact.index for fact in facts] == list(range(5))
    assert [facts[j].attribute for j in (0, 1, 2)] == ["Big_Nose", "Big_Nose", "Smiling"]
    assert (facts[0].grows, facts[2].grows) == (True, False)
    names = name_latents(training, validation)
    assert facts[2].auroc == names.dimensions[0].auroc
    assert facts[2].interval == names.dimensions[0].interval
    assert facts[2].spread == pytest.approx(2 * validation.codes[:, 2].std(correction=0).item())
    assert facts[3].kl == pytest.approx(2 * validation.codes[:, 3].square().mean().item())
    assert facts[3].interval[0] <= 0.5 <= facts[3].interval[1] + 0.02
    assert describe_dimensions(training, validation, Codes(validation.codes, None))[0].kl is None
