import math

from metrics.estimate import Measure
from train.claims.reference import Measures
from train.claims.table import CLAIMS, render


def test_a_cell_shows_half_the_interval_or_a_dash() -> None:
    columns: list[Measures] = [
        {"rate": Measure(35.46), "largest_step": Measure(1.234, (1.1, 1.5))},
        {"rate": Measure(math.nan)},
    ]
    lines = render(["vae", "ae"], columns).splitlines()
    assert "| rate, nats | 35.5 | - |" in lines
    assert "| largest step on the way / mean step | 1.23 ± 0.20 | - |" in lines


def test_every_row_appears_once_under_its_claim() -> None:
    lines = render(["vae"], [{}]).splitlines()
    rows = [row for claim in CLAIMS for row in claim.rows]
    assert len({row.name for row in rows}) == len(rows)
    assert len({row.title for row in rows}) == len(rows)
    assert len(lines) == 2 + len(CLAIMS) + len(rows)
    index = lines.index(f"| **{CLAIMS[1].sentence}** |  |")
    assert [line.split(" | ")[0] for line in lines[index + 1 : index + 3]] == [
        f"| {row.title}" for row in CLAIMS[1].rows[:2]
    ]


def test_leakage_is_shown_beside_that_of_the_labels_alone() -> None:
    """Correlated labels leak by themselves: without this floor every code seems to."""
    lines = render(["vae"], [{"leakage": Measure(0.0662), "leakage_of_labels": Measure(0.0621)}]).splitlines()
    index = lines.index("| leakage | 0.066 |")
    assert lines[index + 1] == "| leakage of the labels alone | 0.062 |"
