import math

import pytest
import torch

from server.validation import require_choice, require_code, require_codes, require_number, require_square, require_whole


@pytest.mark.parametrize("value", ["7", 7.0, 7.5, True, None, [7], -1, 11, math.nan, 10**9])
def test_only_a_whole_number_in_its_range_is_one(value: object) -> None:
    with pytest.raises(ValueError, match="The seed must be a whole number from 0 to 10"):
        require_whole("The seed", value, 0, 10)


@pytest.mark.parametrize("value", ["0.5", True, None, -0.1, 2.1, math.nan, math.inf, 10**400])
def test_only_a_number_in_its_range_is_one(value: object) -> None:
    with pytest.raises(ValueError, match="The temperature must be a number from 0 to 2"):
        require_number("The temperature", value, 0, 2)


def test_what_fits_comes_back() -> None:
    assert require_whole("n", 10, 0, 10) == 10
    assert require_number("t", 2, 0, 2) == 2.0
    assert require_choice("prior", "fitted", ["standard", "fitted"]) == "fitted"
    assert torch.equal(require_codes([[1, 2], [3, 4.5]], 2, 4), torch.tensor([[1, 2], [3, 4.5]]))
    assert torch.equal(require_code([3, 4.5], 2), torch.tensor([3, 4.5]))
    assert torch.equal(require_codes([1, 2], 2, 4), torch.tensor([[1.0, 2.0]]))


@pytest.mark.parametrize("value", ["other", None, 3, ["fitted"], {}])
def test_a_choice_names_what_there_is(value: object) -> None:
    with pytest.raises(ValueError, match="The prior must be one of standard, fitted, not"):
        require_choice("The prior", value, ["standard", "fitted"])


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        [],
        [[]],
        [[1]],
        [[1, 2, 3]],
        [[1, "2"]],
        [[1, None]],
        [[1, math.nan]],
        [[1, math.inf]],
        [[1, 1e300]],
        [[0, 0]] * 5,
    ],
)
def test_codes_are_finite_rows_of_the_right_length(value: object) -> None:
    with pytest.raises(ValueError, match="1 to 4 codes, each a list of 2 finite numbers"):
        require_codes(value, 2, 4)


@pytest.mark.parametrize("value", [None, "x", [], [[1, 2]], [1], [1, 2, 3], [1, "2"], [True, 1], [1, math.nan], {}])
def test_one_code_is_a_row_of_the_right_length(value: object) -> None:
    with pytest.raises(ValueError, match="The code must be a list of 2 finite numbers, not"):
        require_code(value, 2)


def test_a_long_value_is_not_quoted_in_full() -> None:
    with pytest.raises(ValueError, match="whole number") as raised:
        require_whole("The seed", "9" * 10_000, 0, 1)
    assert len(str(raised.value)) < 120


def test_a_long_or_deep_value_is_shown_in_short() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, list(range(100_000)), "x" * 100_000):
        with pytest.raises(ValueError, match="must be a number") as refused:
            require_number("It", value, 0, 1)
        assert len(str(refused.value)) < 100


@pytest.mark.parametrize("value", [None, [1, 2], [1, 2, 3, 4], [1, 2, math.inf], ["1", 2, 3], "abc"])
def test_a_square_is_three_finite_numbers(value: object) -> None:
    assert require_square([1, 2.5, 3]) == (1.0, 2.5, 3.0)
    with pytest.raises(ValueError, match="The square must be a list of 3 finite numbers, x, y and side, not"):
        require_square(value)
