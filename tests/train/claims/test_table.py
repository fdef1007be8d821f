import math

from metrics.estimate import Measure
from train.claims.table import CLAIMS, render


def test_a_cell_has_half_its_interval_or_none_or_a_dash() -> None:
    columns = [{"rate": Measure(35.46), "largest_step": Measure(1.234, (1.1, 1.5))}, {"rate": Measure(math.nan)}]
    lines = render(["vae", "ae"], columns).splitlines()
    assert "| rate, nats | 35.5 | - |" in lines
    assert "| largest step on the way / mean step | 1.23 ± 0.20 | - |" in lines


def test_every_row_stands_once_under_its_claim() -> None:
    lines = render(["vae"], [{}]).splitlines()
    rows = [row for claim in CLAIMS for row in claim.rows]
    assert len({row.name for row in rows}) == len(rows)
    assert len({row.title for row in rows}) == len(rows)
    assert len(lines) == 2 + len(CLAIMS) + len(rows)
    place = lines.index(f"| **{CLAIMS[1].sentence}** |  |")
    assert [line.split(" | ")[0] for line in lines[place + 1 : place + 3]] == [
        f"| {row.title}" for row in CLAIMS[1].rows[:2]
    ]
