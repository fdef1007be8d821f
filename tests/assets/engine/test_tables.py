"""The answers that JavaScript is compared with are the server's."""

import json
from typing import Any

import pytest

from tests.assets.engine import tables


@pytest.fixture(scope="module")
def computed() -> dict[str, Any]:
    return tables.compute()


def flatten(table: Any) -> list[float | str]:
    """Return all keys and values of a table, in order."""
    if isinstance(table, dict):
        return [part for key, value in table.items() for part in (key, *flatten(value))]
    if isinstance(table, list):
        return [part for value in table for part in flatten(value)]
    return [table]


@pytest.mark.parametrize("name", json.loads(tables.FILE.read_text()))
def test_a_table_is_the_one_that_the_server_computes(name: str, computed: dict[str, Any]) -> None:
    written = flatten(json.loads(tables.FILE.read_text())[name])
    for was, now in zip(written, flatten(computed[name]), strict=True):
        assert was == now or was == pytest.approx(now, rel=1e-5, abs=1e-6)


def test_every_table_is_written(computed: dict[str, Any]) -> None:
    assert list(json.loads(tables.FILE.read_text())) == list(computed)


def test_the_portrait_is_between_the_extremes_of_the_photographs(computed: dict[str, Any]) -> None:
    for score in ("negativeElbo", "unexplained"):
        assert 0.05 < computed["typicality"][score]["shareBelow"] < 0.95


def test_the_error_map_has_dark_and_bright_pixels(computed: dict[str, Any]) -> None:
    brightness = [sum(colour) for colour in zip(*[iter(computed["errorMap"]["colours"])] * 3, strict=True)]
    assert min(brightness) < 20
    assert max(brightness) > 600
