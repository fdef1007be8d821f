"""Commands that take the folder of one network for every beta: at any beta, at 1, or beside models of one beta."""

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import to_pixels
from tests.dial_folder import CURVE, write_dial
from tests.vae_models.hub.small_models import write_model
from train.__main__ import main
from train.commands.figures import FiguresConfig
from train.commands.name_latents import NamesConfig
from train.commands.sample import SETTINGS, SampleConfig
from train.commands.score import ScoreConfig
from train.commands.table import TableConfig
from train.data.options import DataOptions
from train.errors import UserError
from train.evaluation import results_table
from vae_models import Dial
from vae_models.files.latent_names import LatentNames
from vae_models.files.training_record import TrainingRecord


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dial; its weights are those of a seed."""
    folder = tmp_path_factory.mktemp("models") / "beta-dial"
    write_dial(folder)
    return folder


@pytest.mark.parametrize(("sent", "beta"), [(None, 1.0), (7.5, 7.5)])
def test_samples_are_those_of_the_ordinary_model_of_the_beta(
    folder: Path, tmp_path: Path, sent: float | None, beta: float
) -> None:
    SampleConfig(str(folder), 2, tmp_path / "new", beta=sent).run()
    with torch.inference_mode():
        model = Dial.from_pretrained(folder).at(beta)
        expected = to_pixels(model.sample(2, generator=torch.Generator().manual_seed(0)))
    for i, pixels in enumerate(expected):
        written = np.asarray(Image.open(tmp_path / "new" / f"{i:06}.png")).astype(int)
        assert np.abs(written - pixels).max() <= 1
    settings = json.loads((tmp_path / "new" / SETTINGS).read_text())
    assert (settings["recipe"], settings["objective"]["kl"]) == ("beta-dial", beta)


def read_scores(folder: Path, pictures: Path, cache: Path, beta: float | None) -> list[dict[str, str]]:
    text = ScoreConfig(str(folder), pictures, beta=beta, options=DataOptions(cache=cache)).run()
    return list(csv.DictReader(text.splitlines()))


def test_scores_at_a_beta_have_no_percentiles_but_at_one(
    folder: Path, faces_folder: Path, faces_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, default, five = (read_scores(folder, faces_folder, faces_cache, beta) for beta in (1, None, 5))
    assert one == default
    assert all(row["percentile"] and row["unexplained_percentile"] for row in one)
    assert not any(row["percentile"] or row["unexplained_percentile"] for row in five)
    assert all(
        float(row["negative_elbo"]) != float(other["negative_elbo"]) for row, other in zip(one, five, strict=True)
    )
    assert "no percentiles: they are recorded for beta 1 alone" in capsys.readouterr().err.splitlines()[-1]


def test_dimensions_are_named_at_beta_one(tmp_path: Path, faces_folder: Path, others: Path, faces_cache: Path) -> None:
    write_dial(tmp_path / "beta-dial")
    labels = tmp_path / "odd.csv"
    rows = [f"{picture.stem},{i % 2}" for i, picture in enumerate(sorted(faces_folder.glob("*.png")))]
    labels.write_text("\n".join(["image_id,Odd", *rows]))
    options = DataOptions(cache=faces_cache)
    NamesConfig(tmp_path / "beta-dial", faces_folder, labels, val=others, options=options).run()
    assert set(LatentNames.read(tmp_path / "beta-dial", 32).best) == {"odd"}


def test_the_table_of_dials_follows_that_of_the_models(folder: Path, tmp_path: Path) -> None:
    write_model(tmp_path / "vae", "vae")
    write_dial(tmp_path / "beta-tc-dial", "beta-tc-dial")
    models, dials = (part.splitlines() for part in TableConfig((tmp_path,)).run().split("\n\n"))
    assert [row.split(" | ")[0] for row in models[2:]] == ["| VAE"]
    assert dials[0] == "| model | β | ‖x − x̂‖², mean code | KL, nats | active units | Gaussian TC, nats |"
    assert dials[2:] == [
        f"| β-TC dial | {beta:g} | {error} | {kl} | {units} | {tc:.3f} |"
        for beta, error, kl, units, tc in zip(
            *(CURVE[name] for name in ("beta", *results_table.ALONG_A_DIAL)), strict=True
        )
    ]
    assert TableConfig((folder,)).run().startswith("| model | β |")


def test_the_table_tells_dials_of_several_seeds_apart(tmp_path: Path) -> None:
    for seed in (0, 1):
        write_dial(tmp_path / f"seed{seed}")
        record = TrainingRecord.read(tmp_path / f"seed{seed}")
        replace(record, settings={**record.settings, "seed": seed}).write(tmp_path / f"seed{seed}")
    titles = [row.split(" | ")[0] for row in TableConfig((tmp_path,)).run().splitlines()[2:]]
    assert titles == [f"| β dial, seed {seed}" for seed in (0, 1) for _ in CURVE["beta"]]


def test_figures_leave_a_dial_out_and_say_what_draws_it(folder: Path, tmp_path: Path) -> None:
    write_model(tmp_path / "models" / "vae", "vae")
    (tmp_path / "models" / "beta-dial").symlink_to(folder)
    lines = FiguresConfig(tmp_path / "figures", (tmp_path / "models",)).run().splitlines()
    assert lines[0] == "beta-dial was left out: python -m train curve draws its curve"
    with pytest.raises(UserError, match="beta-dial is one network for every beta: name a folder in which"):
        FiguresConfig(tmp_path / "figures", (folder,)).run()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sample", "DIAL", "--count", "1", "--beta", "51"], "beta=51: this dial goes from 1 to 50"),
        (["sample", "DIAL", "--count", "1", "--beta", "nan"], "beta=nan: this dial goes from 1 to 50"),
        (["sample", "DIAL", "--count", "1", "--prior", "fitted"], "has no prior that fits every beta"),
        (["sample", "VAE", "--count", "1", "--beta", "2"], "was trained with one beta: leave --beta out"),
    ],
)
def test_a_beta_that_a_model_lacks_is_answered_in_one_sentence(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    write_model(tmp_path / "vae", "vae")
    named = [argument.replace("DIAL", str(folder)).replace("VAE", str(tmp_path / "vae")) for argument in arguments]
    monkeypatch.setattr(sys, "argv", ["train", *named, "--output", str(tmp_path / "new")])
    assert main() == 2
    printed = capsys.readouterr().err
    assert sentence in printed
    assert printed.count("\n") == 1
    assert not (tmp_path / "new").exists()
