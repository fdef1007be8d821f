from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from train.commands.film import FilmConfig
from train.figures import film


def run_folder(place: Path, pictures: int, mode: str = "RGB", every: int = 290) -> Path:
    """A run's folder with samples that grow brighter."""
    (place / "samples").mkdir(parents=True)
    for number in range(1, pictures + 1):
        shade = 255 * number // pictures
        picture = Image.new("RGB", (530, 530), (shade, shade, shade)).convert(mode)
        picture.save(place / "samples" / f"step-{number * every:08d}.png")
    return place


def frames(file: Path) -> tuple[list[Image.Image], list[int]]:
    """The pictures of a film, and the milliseconds of each."""
    pictures, stay = [], []
    with Image.open(file) as moving:
        for index in range(moving.n_frames):
            moving.seek(index)
            moving.load()
            pictures.append(moving.convert("RGB"))
            stay.append(moving.info["duration"])
    return pictures, stay


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_film_shows_every_picture_in_order_and_stays_on_the_last(tmp_path: Path, mode: str) -> None:
    told = FilmConfig(run_folder(tmp_path, 20, mode)).run()
    pictures, stay = frames(tmp_path / "film.webp")
    assert str(tmp_path / "film.webp") in told
    assert "20 pictures" in told
    shades = [np.asarray(picture)[10, 10, 0] for picture in pictures]
    assert np.abs(np.array(shades) - np.arange(1, 21) * 255 // 20).max() <= 4  # of 255: what WebP changes
    assert stay == [400] * 19 + [2000]
    with Image.open(tmp_path / "film.webp") as moving:
        assert moving.info["loop"] == 0


def test_each_picture_says_its_step(tmp_path: Path) -> None:
    FilmConfig(run_folder(tmp_path, 3)).run()
    pictures, _ = frames(tmp_path / "film.webp")
    captions = [np.asarray(picture.crop((0, 530, 530, 558))).astype(int) for picture in pictures]
    assert all(caption.min() < 90 and caption.max() > 230 for caption in captions)  # black on white
    assert np.abs(captions[0] - captions[1]).max() > 100
    expected = film.captioned(tmp_path / "samples" / "step-00000290.png", "step 290 of 870")
    assert np.abs(np.asarray(expected).astype(int) - np.asarray(pictures[0])).mean() < 3


def test_of_more_pictures_than_the_time_holds_evenly_spaced_ones_are_shown(tmp_path: Path) -> None:
    FilmConfig(run_folder(tmp_path, 50), seconds=1).run()
    pictures, stay = frames(tmp_path / "film.webp")
    assert len(pictures) == 25
    assert sum(stay) == 24 * 40 + 2000
    chosen = film.chosen(range(50), 25)
    assert (chosen[0], chosen[-1]) == (0, 49)
    assert set(np.diff(chosen)) == {2, 3}


def test_few_pictures_do_not_crawl(tmp_path: Path) -> None:
    FilmConfig(run_folder(tmp_path, 2)).run()
    assert frames(tmp_path / "film.webp")[1] == [500, 2000]


@pytest.mark.parametrize("pictures", [0, 1])
def test_too_few_pictures_are_said(tmp_path: Path, pictures: int) -> None:
    with pytest.raises(ValueError, match=f"holds {pictures} of the two pictures.*every epoch"):
        FilmConfig(run_folder(tmp_path, pictures)).run()
    assert not (tmp_path / "film.webp").exists()


def test_reconstructions_are_in_no_film(tmp_path: Path) -> None:
    run_folder(tmp_path, 1)
    (tmp_path / "samples").rename(tmp_path / "reconstructions")
    run_folder(tmp_path, 1)
    with pytest.raises(ValueError, match="holds 1 of"):
        FilmConfig(tmp_path).run()


def test_wrong_arguments_are_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        FilmConfig(tmp_path / "none").run()
    with pytest.raises(ValueError, match=r"must end in \.webp"):
        FilmConfig(run_folder(tmp_path, 2), tmp_path / "film.gif").run()
    with pytest.raises(ValueError, match="greater than 0"):
        FilmConfig(tmp_path, seconds=0)


def test_the_film_may_stand_elsewhere(tmp_path: Path) -> None:
    FilmConfig(run_folder(tmp_path / "run", 2), tmp_path / "mine.webp").run()
    assert frames(tmp_path / "mine.webp")[1] == [500, 2000]
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["samples"]
