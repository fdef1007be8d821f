"""Films of models learning."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from train.errors import UserError
from train.figures.film import CAPTION_HEIGHT, add_caption, spread_evenly, write_film

SIDE = 160  # pixels of a sample grid


def write_grids(folder: Path, count: int, mode: str = "RGB", every: int = 290) -> Path:
    """Write sample grids that become brighter into a run's folder."""
    (folder / "samples").mkdir(parents=True)
    for number in range(1, count + 1):
        shade = 255 * number // count
        picture = Image.new("RGB", (SIDE, SIDE), (shade, shade, shade)).convert(mode)
        picture.save(folder / "samples" / f"step-{number * every:08d}.png")
    return folder


def read_film(file: Path) -> tuple[list[Image.Image], list[int]]:
    """Read the frames of a film and the milliseconds of each."""
    frames, durations = [], []
    with Image.open(file) as film:
        for frame in ImageSequence.Iterator(film):
            frames.append(frame.convert("RGB"))  # loads the frame and its duration
            durations.append(frame.info["duration"])
    return frames, durations


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_film_shows_every_grid_in_order_and_ends_with_a_pause(tmp_path: Path, mode: str) -> None:
    assert write_film(write_grids(tmp_path, 20, mode), tmp_path / "film.webp", 8) == 20
    frames, durations = read_film(tmp_path / "film.webp")
    shades = [np.asarray(frame)[10, 10, 0] for frame in frames]
    assert np.abs(np.array(shades) - np.arange(1, 21) * 255 // 20).max() <= 4  # of 255: WebP is lossy
    assert durations == [400] * 19 + [2000]
    with Image.open(tmp_path / "film.webp") as film:
        assert film.info["loop"] == 0


def test_each_frame_names_its_step(tmp_path: Path) -> None:
    write_film(write_grids(tmp_path, 3), tmp_path / "film.webp", 8)
    frames, _ = read_film(tmp_path / "film.webp")
    captions = [np.asarray(frame.crop((0, SIDE, SIDE, SIDE + CAPTION_HEIGHT))).astype(int) for frame in frames]
    assert all(caption.min() < 90 and caption.max() > 230 for caption in captions)  # black on white
    assert np.abs(captions[0] - captions[1]).max() > 100
    expected = add_caption(tmp_path / "samples" / "step-00000290.png", "step 290 of 870")
    assert np.abs(np.asarray(expected).astype(int) - np.asarray(frames[0])).mean() < 3


def test_a_short_film_shows_evenly_spaced_grids(tmp_path: Path) -> None:
    assert write_film(write_grids(tmp_path, 50), tmp_path / "film.webp", 1) == 25
    frames, durations = read_film(tmp_path / "film.webp")
    assert len(frames) == 25
    assert sum(durations) == 24 * 40 + 2000
    steps = spread_evenly(range(50), 25)
    assert (steps[0], steps[-1]) == (0, 49)
    assert set(np.diff(steps)) == {2, 3}


def test_few_grids_are_not_shown_in_slow_motion(tmp_path: Path) -> None:
    write_film(write_grids(tmp_path, 2), tmp_path / "film.webp", 8)
    assert read_film(tmp_path / "film.webp")[1] == [500, 2000]


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_grids_are_an_error_that_leaves_no_file(tmp_path: Path, count: int) -> None:
    with pytest.raises(UserError, match=f"has {count} of the at least two pictures.*every epoch"):
        write_film(write_grids(tmp_path, count), tmp_path / "film.webp", 8)
    assert not (tmp_path / "film.webp").exists()


def test_reconstructions_are_in_no_film(tmp_path: Path) -> None:
    write_grids(tmp_path, 1)
    (tmp_path / "samples").rename(tmp_path / "reconstructions")
    write_grids(tmp_path, 1)
    with pytest.raises(UserError, match="has 1 of"):
        write_film(tmp_path, tmp_path / "film.webp", 8)


def test_a_run_that_does_not_exist_has_no_film(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        write_film(tmp_path / "none", tmp_path / "film.webp", 8)


def test_a_film_in_another_folder_leaves_the_run_alone(tmp_path: Path) -> None:
    run = write_grids(tmp_path / "run", 2)
    write_film(run, tmp_path / "mine.webp", 8)
    assert read_film(tmp_path / "mine.webp")[1] == [500, 2000]
    assert [file.name for file in run.iterdir()] == ["samples"]


def test_a_film_that_cannot_be_written_is_a_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="choose a path that exists"):
        write_film(write_grids(tmp_path / "run", 2), tmp_path / "none" / "film.webp", 8)
