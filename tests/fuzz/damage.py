"""Changes of bytes, drawn: what a failing disk, a broken upload or an attacker does to a file."""

from typing import NamedTuple

from hypothesis import strategies as st


class Change(NamedTuple):
    """Replacement of `length` bytes at a position, counted from the start, or from the end if negative."""

    position: int
    length: int
    data: bytes


NUMBERS = (0, 1, 2, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
# headers decide most, and some formats have theirs at the end
POSITIONS = st.one_of(st.integers(0, 100), st.integers(0, 1000), st.integers(-200, -1), st.integers(0, 2**15))
NUMBER_BYTES = st.builds(
    lambda number, size, order: (number % 256**size).to_bytes(size, order),
    st.one_of(st.sampled_from(NUMBERS), st.integers(0, 2**32 - 1)),
    st.sampled_from((1, 2, 4, 8)),
    st.sampled_from(("little", "big")),
)
OVERWRITE = st.builds(lambda position, data: Change(position, len(data), data), POSITIONS, NUMBER_BYTES)
CUT = st.builds(lambda position: Change(position, 2**20, b""), POSITIONS)
REPLACE = st.builds(Change, POSITIONS, st.integers(0, 40), st.binary(max_size=40))
CHANGES = st.lists(st.one_of(OVERWRITE, OVERWRITE, REPLACE, CUT), max_size=5)


def change(data: bytes, changes: list[Change]) -> bytes:
    """Apply changes one after the other."""
    for position, length, new in changes:
        start = position % len(data) if data else 0
        data = data[:start] + new + data[start + length :]
    return data
