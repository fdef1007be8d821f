import csv
import io
import math
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import to_tensor
from server.analysis.typicality import score_typicality
from tests.conftest import draw_face
from train.__main__ import main
from train.commands.score import ScoreConfig
from train.data.options import DataOptions
from train.errors import UserError
from train.evaluation import inference
from vae_models import Autoencoder, ModelConfig
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER
from vae_models.objectives.objective import VAE as VAE_LOSS

VAE, AE = BUNDLED_FOLDER / "vae", BUNDLED_FOLDER / "ae"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Save a sample of the VAE, a drawing, noise, and a file that is not an image."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    model = Autoencoder.from_pretrained(VAE)
    with torch.inference_mode():
        face = model.sample(1, generator=torch.Generator().manual_seed(0))
    Image.fromarray((face[0].permute(1, 2, 0) * 255).byte().numpy()).save(folder / "a-sample.png")
    draw_face(1).save(folder / "b-drawing.png")
    noise = np.random.default_rng(0).integers(256, size=(64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "c-noise.png")
    (folder / "d-broken.png").write_bytes(b"no picture")
    return folder


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text))}


def config(model: Path, pictures: Path) -> ScoreConfig:
    return ScoreConfig(str(model), pictures, options=DataOptions(cache=pictures.parent / "cache"))


def test_images_unlike_the_training_images_get_high_percentiles(pictures: Path) -> None:
    scored = rows(config(VAE, pictures).run())
    assert list(scored) == ["a-sample.png", "b-drawing.png", "c-noise.png", "d-broken.png"]
    elbo = {name: float(row["negative_elbo"]) for name, row in scored.items() if row["negative_elbo"]}
    assert elbo["a-sample.png"] < elbo["b-drawing.png"] < elbo["c-noise.png"]
    assert float(scored["a-sample.png"]["percentile"]) < 5
    assert float(scored["c-noise.png"]["percentile"]) == 100
    assert float(scored["c-noise.png"]["unexplained_percentile"]) == 100
    assert "cannot be read" in scored["d-broken.png"]["refused"] or "not a picture" in scored["d-broken.png"]["refused"]
    assert scored["d-broken.png"]["negative_elbo"] == ""
    assert scored["a-sample.png"]["refused"] == ""


def test_the_scores_are_those_of_the_page(pictures: Path) -> None:
    """Both use the same record and the same noise."""
    from vae_models.hub.pull import Pulled

    scored = rows(config(VAE, pictures).run())
    pulled = Pulled("vae", Autoencoder.from_pretrained(VAE), TrainingRecord.read(VAE))
    for name in ("a-sample.png", "b-drawing.png", "c-noise.png"):
        x = to_tensor(np.array(Image.open(pictures / name))[None])
        expected = score_typicality(pulled, x)
        row = scored[name]
        assert float(row["negative_elbo"]) == pytest.approx(expected.negative_elbo.value, rel=1e-4)
        assert float(row["percentile"]) == pytest.approx(100 * expected.negative_elbo.share_below, abs=0.1)
        assert float(row["unexplained_variance"]) == pytest.approx(expected.unexplained.value, rel=1e-4)
        reconstruction = pulled.model.reconstruct(x)
        assert float(row["mse"]) == pytest.approx((x - reconstruction).square().mean().item(), rel=1e-4)


def test_the_score_of_an_image_does_not_depend_on_the_others(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = rows(config(VAE, pictures).run())
    (pictures / "a-sample.png").unlink()
    monkeypatch.setattr(inference, "BATCH", 1)
    alone = rows(config(VAE, pictures).run())
    assert "a-sample.png" not in alone
    for name in ("b-drawing.png", "c-noise.png"):
        for column in ("negative_elbo", "percentile", "mse", "unexplained_variance"):
            assert float(alone[name][column]) == pytest.approx(float(together[name][column]), rel=1e-4)


def test_the_percentile_is_the_rank_among_the_validation_images(pictures: Path, tmp_path: Path) -> None:
    """With quantiles of these three scores, the middle one is at 50."""
    model = Autoencoder.from_pretrained(VAE)
    record = TrainingRecord.read(VAE)
    scored = rows(config(VAE, pictures).run())
    values = sorted(float(row["negative_elbo"]) for row in scored.values() if row["negative_elbo"])
    quantiles = {**record.typicality["quantiles"], "negative_elbo": values}
    model.save_pretrained(tmp_path / "model")
    replace(record, typicality={**record.typicality, "quantiles": quantiles}).write(tmp_path / "model")
    again = rows(config(tmp_path / "model", pictures).run())
    percentiles = [float(again[name]["percentile"]) for name in ("a-sample.png", "b-drawing.png", "c-noise.png")]
    assert percentiles == pytest.approx([0, 50, 100], abs=0.1)


def test_an_ae_is_scored_by_its_squared_error(pictures: Path) -> None:
    scored = rows(config(AE, pictures).run())
    for row in list(scored.values())[:3]:
        assert float(row["squared_error"]) == pytest.approx(3 * 64 * 64 * float(row["mse"]), rel=1e-3)
    assert "negative_elbo" not in scored["a-sample.png"]


def test_scores_that_are_no_numbers_are_refused(pictures: Path, tmp_path: Path) -> None:
    model = Autoencoder.from_pretrained(VAE)
    with torch.no_grad():
        next(model.decoder.parameters()).fill_(math.nan)
    model.save_pretrained(tmp_path / "model")
    (tmp_path / "model" / RECORD).write_bytes((VAE / RECORD).read_bytes())
    with pytest.raises(UserError, match="NaN or infinity"):
        config(tmp_path / "model", pictures).run()


def test_rows_can_be_sorted_and_written(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = list(rows(replace(config(VAE, pictures), sort="negative-elbo").run()))
    assert order == ["c-noise.png", "b-drawing.png", "a-sample.png", "d-broken.png"]
    assert "3 pictures scored, 1 refused; 2 are harder" in capsys.readouterr().err
    summary = replace(config(VAE, pictures), sort="unexplained", output=tmp_path / "scores.csv").run()
    assert summary.startswith(f"{tmp_path / 'scores.csv'}: 3 pictures scored")
    values = [row["unexplained_variance"] for row in rows((tmp_path / "scores.csv").read_text()).values()]
    assert [float(v) for v in values[:3]] == sorted((float(v) for v in values[:3]), reverse=True)
    assert not math.isnan(float(values[0]))


def test_names_that_are_not_utf_8_are_written_as_utf_8(pictures: Path, tmp_path: Path) -> None:
    for name in ("a-sample.png", "d-broken.png"):
        (pictures / name).rename(os.fsdecode(os.fsencode(pictures / name) + b"\xfc.png"))
    replace(config(VAE, pictures), output=tmp_path / "scores.csv").run()
    scored = rows((tmp_path / "scores.csv").read_text(encoding="utf-8"))
    assert list(scored) == ["a-sample.png\\xfc.png", "b-drawing.png", "c-noise.png", "d-broken.png\\xfc.png"]
    assert scored["d-broken.png\\xfc.png"]["refused"]


def test_mistakes_are_answered_in_one_sentence(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, channels in (("grey", 1), ("unmeasured", 3)):
        Autoencoder(ModelConfig(width=2, latent_dim=2, channels=channels)).save_pretrained(tmp_path / name)
    (tmp_path / "grey" / RECORD).write_bytes((VAE / RECORD).read_bytes())
    TrainingRecord("vae", VAE_LOSS, {}, {}, 1, 8, {}, {}, 1, {}, {}, {}).write(tmp_path / "unmeasured")
    for model, data, sentence in (
        (tmp_path / "grey", pictures, "The model has 1 channels, the pictures have 3"),
        (tmp_path / "unmeasured", pictures, "run evaluate on it first"),
        (tmp_path / "nowhere", pictures, "There is no folder"),
        (VAE, tmp_path / "nowhere", "nowhere does not exist"),
    ):
        arguments = [str(model), "--data", str(data), "--cache", str(tmp_path / "cache")]
        monkeypatch.setattr(sys, "argv", ["train", "score", *arguments])
        assert main() == 2
        assert sentence in capsys.readouterr().err.splitlines()[-1]
