"""The numbers that node's tests compare with."""

from tests.assets.vision.tables import FILE, compute, write


def test_the_tables_for_node_are_what_python_computes_today() -> None:
    assert FILE.read_text() == write(compute()), "write them anew: python -m tests.assets.vision.tables"
