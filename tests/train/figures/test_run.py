import csv
import re
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from faces.align import NoFaceFound
from faces.image import to_array, to_tensor
from tests.conftest import drawn_face
from train.__main__ import main
from train.commands.figures import PORTRAIT, FiguresConfig
from train.figures import run
from vae_models.hub.pull import pull

ALL = ["distortion-rate", "fig1-traversals", "fig2-samples", "fig3-betas"]


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("face") / "face.png"
    drawn_face(5).save(file)
    return file


@pytest.fixture(scope="module")
def drawn(folder: Path, face: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("drawn") / "figures"
    run.run(FiguresConfig(output, (folder,), face, features=("eyeglasses", "pale skin")))
    return output


def test_every_figure_is_a_png_and_a_pdf(drawn: Path) -> None:
    assert sorted(file.name for file in drawn.iterdir()) == [f"{name}.{end}" for name in ALL for end in ("pdf", "png")]
    for name in ALL:
        with Image.open(drawn / f"{name}.png") as picture:
            assert picture.width == pytest.approx(7.16 * 280, abs=1)
        assert (drawn / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_files_name_neither_day_nor_program_and_carry_their_letters(drawn: Path) -> None:
    for file in drawn.glob("*.pdf"):
        content = file.read_bytes()
        assert not re.search(rb"/(CreationDate|ModDate|Producer|Creator)\b", content)
        assert b"/FontFile2" in content
        assert b"/Type3" not in content
    for file in drawn.glob("*.png"):
        with Image.open(file) as picture:
            assert set(picture.info) <= {"dpi"}


def test_the_same_figures_are_the_same_bytes_whatever_the_threads(
    drawn: Path, folder: Path, face: Path, tmp_path: Path
) -> None:
    torch.set_num_threads(2)
    run.run(FiguresConfig(tmp_path, (folder,), face, features=("eyeglasses", "pale skin")))
    assert torch.get_num_threads() == 2
    for file in drawn.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.slow
def test_the_bundled_models_figures_are_the_same_bytes_whatever_the_threads(tmp_path: Path) -> None:
    for threads in (1, 2):
        torch.set_num_threads(threads)
        run.run(FiguresConfig(tmp_path / f"{threads}"))
    for file in (tmp_path / "1").iterdir():
        assert (tmp_path / "2" / file.name).read_bytes() == file.read_bytes(), file.name


def test_what_models_do_not_give_is_left_out_and_said(
    folder: Path, face: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = ["train", "figures", str(folder / "ae"), "--output", str(tmp_path / "one"), "--face", str(face)]
    monkeypatch.setattr(sys, "argv", [*one, "--features", "bald"])
    assert main() == 0
    said = capsys.readouterr().out
    assert sorted({file.stem for file in (tmp_path / "one").iterdir()}) == ["fig1-traversals", "fig2-samples"]
    assert "fig3-betas was left out" in said
    assert "distortion-rate was left out" in said


def test_a_model_without_names_is_scored_from_labelled_pictures(
    folder: Path, faces_folder: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    with labels.open("w", newline="") as stream:
        rows = [[picture.stem, i % 2] for i, picture in enumerate(sorted(faces_folder.glob("*.png")))]
        csv.writer(stream).writerows([["image_id", "Odd"], *rows])
    config = FiguresConfig(tmp_path, data=faces_folder, val=faces_folder, attributes=labels, cache=tmp_path / "cache")
    (nameless,) = pull(str(folder / "beta-tcvae-b50")).models
    assert set(run.scored(nameless, config).names.best) == {"odd"}
    (named,) = pull(str(folder / "vae")).models
    assert run.scored(named, config) is named
    assert run.scored(nameless, FiguresConfig(tmp_path)) is nameless
    with pytest.raises(ValueError, match="belong together"):
        FiguresConfig(tmp_path, data=faces_folder)


def test_a_portrait_is_aligned_and_a_crop_is_taken_as_it_is(face: Path, tmp_path: Path) -> None:
    assert torch.equal(run.read_face(face), to_tensor(to_array(drawn_face(5))[None]))
    assert run.read_face(PORTRAIT).shape == (1, 3, 64, 64)
    Image.new("RGB", (200, 200), "white").save(tmp_path / "white.png")
    with pytest.raises(NoFaceFound):
        run.read_face(tmp_path / "white.png")
