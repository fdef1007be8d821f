import csv
import json
from io import BytesIO, StringIO

import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import to_array, to_picture
from metrics.reconstruction import mse, psnr, ssim
from tests.conftest import draw_face, report_models
from ui import models as models_tab
from ui import morph, sample, sheet, subject
from ui.reconstructions import look
from ui.sample import Draw
from ui.scoring import as_csv, codes_json, disturb, error_map, pictures, table
from vae_models.distributions import DiagonalGaussian
from vae_models.hub.pull import Pulled

PIXELS = to_array(draw_face(4))


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


def test_the_table_taken_away_holds_every_models_scores(models: tuple[Pulled, ...]) -> None:
    rows = list(csv.DictReader(StringIO(as_csv(table(look(models, PIXELS, 0))).decode())))
    assert [row["model"] for row in rows] == [pulled.name for pulled in models]
    x = subject.tensor(PIXELS)
    for row, pulled in zip(rows, models, strict=True):
        with torch.no_grad():
            posterior = pulled.model.encode(x)
            again = pulled.model.decode(posterior.mean)
        for name, metric in (("mse", mse), ("psnr", psnr), ("ssim", ssim)):
            assert float(row[name]) == pytest.approx(metric(x, again).item(), rel=1e-4)
        assert float(row["squared_error"]) == pytest.approx(float(row["mse"]) * x.numel(), rel=1e-5)
        if isinstance(posterior, DiagonalGaussian):
            assert float(row["kl"]) == pytest.approx(posterior.kl().sum().item(), rel=1e-4)
            assert int(row["active_dimensions"]) == int((posterior.kl() > 0.1).sum())
        else:
            assert row["kl"] == row["active_dimensions"] == row["beta"] == ""


def test_the_codes_taken_away_decode_to_what_is_shown(models: tuple[Pulled, ...]) -> None:
    found = look(models, PIXELS, 0)
    codes = json.loads(codes_json(found))
    assert codes["ae"]["logvar"] is None
    for each in found:
        z = torch.tensor([codes[each.pulled.name]["mean"]])
        with torch.no_grad():
            torch.testing.assert_close(each.pulled.model.decode(z), each.picture.clone(), atol=1e-5, rtol=0)


def test_the_codes_of_samples_decode_to_the_samples(models: tuple[Pulled, ...]) -> None:
    draw = Draw(3, 5, "fitted", 0.8)
    facts = json.loads(sample.codes_json(models, draw))
    assert (facts["seed"], facts["count"], facts["prior"], facts["temperature"]) == (3, 5, "fitted", 0.8)
    for pulled in models:
        with torch.no_grad():
            shown = pulled.model.decode(torch.tensor(facts["codes"][pulled.name]))
        torch.testing.assert_close(shown, sample.pictures(pulled, draw).clone(), atol=1e-5, rtol=0)


def test_a_morphs_codes_are_those_of_its_faces(models: tuple[Pulled, ...]) -> None:
    other = to_array(draw_face(5))
    ends = json.loads(morph.codes_json(models, PIXELS, other))
    for pulled in models:
        with torch.no_grad():
            first, second = (pulled.model.encode(subject.tensor(face)).mean[0] for face in (PIXELS, other))
        torch.testing.assert_close(torch.tensor(ends[pulled.name]["first"]), first, atol=1e-4, rtol=0)
        torch.testing.assert_close(torch.tensor(ends[pulled.name]["second"]), second, atol=1e-4, rtol=0)


def test_the_table_of_models_holds_their_recorded_scores(models: tuple[Pulled, ...]) -> None:
    rows = list(csv.DictReader(StringIO(models_tab.as_csv(models).decode())))
    for row, pulled in zip(rows, models, strict=True):
        assert row["model"] == pulled.name
        assert float(row["squared_error"]) == pulled.record.scores["squared_error"]
        assert row["kl"] == ("" if pulled.record.scores["kl"] is None else str(pulled.record.scores["kl"]))


def test_a_sheet_shows_its_faces_enlarged_in_their_places() -> None:
    faces = [draw_face(seed) for seed in range(3)]
    with Image.open(BytesIO(sheet.filled([("β = 1", faces[:1]), ("two", faces[1:])]))) as page:
        assert not page.getexif()
        tile, gap = sheet.TILE, sheet.GAP
        for face, column, row in ((faces[0], 0, 0), (faces[1], 1, 0), (faces[2], 1, 1)):
            left, top = gap + column * (tile + gap), sheet.CAPTION + row * (tile + gap)
            shown = page.crop((left, top, left + tile, top + tile)).resize((64, 64), Image.Resampling.BOX)
            assert np.abs(np.asarray(shown).astype(float) - np.asarray(face)).mean() < 8


def test_what_is_taken_away_has_the_noise_in_it_only_where_there_was_some(models: tuple[Pulled, ...]) -> None:
    face = subject.tensor(PIXELS)
    clean, noisy = (
        Image.open(BytesIO(pictures(face, disturb(face, noise), look(models, PIXELS, noise)))).convert("L")
        for noise in (0.0, 0.3)
    )
    left = (sheet.GAP, sheet.CAPTION + sheet.TILE + sheet.GAP)
    below = (*left, left[0] + sheet.TILE, left[1] + sheet.TILE)
    assert np.asarray(clean.crop(below)).min() == 255
    assert np.asarray(noisy.crop(below)).std() > 10


def test_an_error_map_is_dark_where_nothing_is_wrong(models: tuple[Pulled, ...]) -> None:
    found = look(models[:1], PIXELS, 0)[0]
    perfect = found._replace(picture=found.face)
    assert np.asarray(error_map(perfect)).max() == 4  # magma's darkest
    wrong = found._replace(picture=1 - found.face.round())
    assert np.asarray(error_map(wrong)).mean() > np.asarray(error_map(found)).mean()


def test_noise_of_no_strength_changes_nothing_and_pictures_stay_pictures() -> None:
    face = subject.tensor(PIXELS)
    assert torch.equal(disturb(face, 0), face)
    noisy = disturb(face, 0.5)
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert torch.equal(noisy, disturb(face, 0.5))
    assert to_picture(noisy[0]).size == (64, 64)
