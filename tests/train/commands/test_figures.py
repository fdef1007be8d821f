"""Commands `figures` and `film`."""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from faces.image import to_array, to_tensor
from tests.conftest import draw_face
from tests.train.figures.tiny_models import WITHOUT_NAMES, write_models
from train.__main__ import main
from train.commands.figures import PORTRAIT, FiguresConfig, FilmConfig, _add_names, _read_face
from train.data.options import DataOptions
from train.errors import UserError
from train.figures import layout
from vae_models.hub.pull import pull

DPI = 50
ALL = ["distortion-rate", "fig1-traversals", "fig2-samples", "fig3-betas"]


@pytest.fixture(scope="module", autouse=True)
def _coarse() -> Iterator[None]:
    """Draw with few pixels, to be fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "DPI", {"png": DPI, "pdf": DPI})
        patch.setattr(layout, "ENLARGED", 1)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    return folder


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("face") / "face.png"
    draw_face(5).save(file)
    return file


@pytest.fixture(scope="module")
def figures(folder: Path, face: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("drawn") / "figures"
    FiguresConfig(output, (folder,), face, features=("eyeglasses", "pale skin")).run()
    return output


def test_every_figure_is_a_png_and_a_pdf_of_the_reports_width(figures: Path) -> None:
    assert sorted(file.name for file in figures.iterdir()) == [
        f"{name}.{end}" for name in ALL for end in ("pdf", "png")
    ]
    for name in ALL:
        with Image.open(figures / f"{name}.png") as picture:
            assert picture.width == pytest.approx(layout.WIDTH * DPI, rel=0.02)
        assert (figures / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_files_have_neither_date_nor_program_but_embedded_letters(figures: Path) -> None:
    for file in figures.glob("*.pdf"):
        content = file.read_bytes()
        assert not re.search(rb"/(CreationDate|ModDate|Producer|Creator)\b", content)
        assert b"/FontFile2" in content
        assert b"/Type3" not in content
    for file in figures.glob("*.png"):
        with Image.open(file) as picture:
            assert set(picture.info) <= {"dpi"}


def test_figures_that_models_cannot_fill_are_left_out_with_a_reason(
    folder: Path, face: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "figures", str(folder / "ae"), "--output", str(tmp_path / "one"), "--face", str(face)]
    monkeypatch.setattr(sys, "argv", [*arguments, "--features", "bald"])
    assert main() == 0
    printed = capsys.readouterr().out
    assert sorted({file.stem for file in (tmp_path / "one").iterdir()}) == ["fig1-traversals", "fig2-samples"]
    assert "fig3-betas was left out" in printed
    assert "distortion-rate was left out" in printed


def test_dimensions_without_names_are_found_from_labelled_pictures(
    folder: Path, faces_folder: Path, faces_cache: Path, others: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    with labels.open("w", newline="") as stream:
        rows = [[picture.stem, i % 2] for i, picture in enumerate(sorted(faces_folder.glob("*.png")))]
        csv.writer(stream).writerows([["image_id", "Odd"], *rows])
    config = FiguresConfig(
        tmp_path, data=faces_folder, val=others, attributes=labels, options=DataOptions(cache=faces_cache)
    )
    models = pull(str(folder / "vae"), str(folder / WITHOUT_NAMES)).models
    named, found = _add_names(models, config)
    assert named is models[0]
    assert set(found.names.best) == {"odd"}
    assert _add_names(models, FiguresConfig(tmp_path)) is models
    with pytest.raises(UserError, match="belong together"):
        FiguresConfig(tmp_path, data=faces_folder)


def test_a_portrait_is_aligned_and_a_crop_is_used_as_it_is(face: Path, tmp_path: Path) -> None:
    assert torch.equal(_read_face(face), to_tensor(to_array(draw_face(5))[None]))
    assert _read_face(PORTRAIT).shape == (1, 3, 64, 64)
    Image.new("RGB", (200, 200), "white").save(tmp_path / "white.png")
    with pytest.raises(UserError, match="face"):
        _read_face(tmp_path / "white.png")
    with pytest.raises(UserError, match=r"none\.png"):
        _read_face(tmp_path / "none.png")


def test_film_prints_its_file_and_the_number_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    for step in (10, 20, 30):
        draw_face(step).save(tmp_path / "samples" / f"step-{step:08d}.png")
    printed = FilmConfig(tmp_path).run()
    assert printed == f"{tmp_path / 'film.webp'}: 3 pictures of the samples as the model learnt"
    assert (tmp_path / "film.webp").is_file()


def test_film_refuses_another_format_and_no_time(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"must end in \.webp"):
        FilmConfig(tmp_path, tmp_path / "film.gif").run()
    with pytest.raises(UserError, match="greater than 0"):
        FilmConfig(tmp_path, seconds=0)
