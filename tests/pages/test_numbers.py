"""Numbers of a code: one rule of use for every model and every part of the page."""

from dataclasses import replace

import pytest

from pages.numbers import count_in_use, list_numbers
from tests.conftest import bundled_models
from vae_models.catalogue import BUNDLED
from vae_models.hub.pull import Pulled


@pytest.fixture(scope="module", params=range(len(BUNDLED)), ids=BUNDLED)
def pulled(request: pytest.FixtureRequest) -> Pulled:
    return bundled_models()[request.param]


def test_numbers_in_use_are_those_of_the_records(pulled: Pulled) -> None:
    in_use = sum(number.in_use for number in list_numbers(pulled))
    assert in_use == count_in_use(pulled.record)
    assert pulled.record.scores["active_units"] in (in_use, None)


def test_every_number_is_listed_once_the_strongest_first(pulled: Pulled) -> None:
    numbers = list_numbers(pulled)
    assert sorted(number.index for number in numbers) == list(range(32))
    strengths = [number.strength or 0.0 for number in numbers]
    assert strengths == sorted(strengths, reverse=True)


def test_ranges_contain_their_middle(pulled: Pulled) -> None:
    assert all(number.low < number.high for number in list_numbers(pulled))


def test_without_a_record_all_numbers_are_in_use(pulled: Pulled) -> None:
    bare = pulled._replace(record=replace(pulled.record, latents={}))
    assert all(number.in_use and number.strength is None for number in list_numbers(bare))


def test_a_record_of_other_codes_is_refused(pulled: Pulled) -> None:
    wrong = pulled._replace(record=replace(pulled.record, latents={"std": [1.0] * 31}))
    with pytest.raises(ValueError, match="has 31 values of std; its codes have 32"):
        list_numbers(wrong)
