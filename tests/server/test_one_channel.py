"""The page of models that see one channel: they draw, and no photograph is put into them."""

from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from benchmarks.running_app import running_app
from tests.ui.test_beta import SCORES
from ui import sample, subject
from ui.sample import Draw
from ui.words import column, scale
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled


@pytest.fixture
def drawing() -> Pulled:
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(channels=1, latent_dim=10, width=4)).eval()
    record = TrainingRecord("vae", Objective(distortion="bernoulli"), {}, {}, 0, 0, {}, {}, 0, SCORES, {}, {})
    return Pulled("sprites", model, record)


def test_they_draw_in_grey(drawing: Pulled) -> None:
    html = sample.sample((drawing,), Draw(7, 2, "standard", 1.0))
    assert html.count("<img") == 2
    sheet = Image.open(BytesIO(sample.sheet((drawing,), Draw(7, 2, "standard", 1.0))))
    red, green, blue = sheet.convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_a_face_is_put_into_none_of_them(drawing: Pulled) -> None:
    assert subject.that_see_faces((drawing,)) == ()
    with pytest.raises(ValueError, match="one channel"):
        subject.require_sight((drawing,))


@pytest.mark.processes
def test_the_page_stands_and_draws_and_says_why_it_takes_no_face(drawing: Pulled, tmp_path: Path) -> None:
    drawing.model.save_pretrained(tmp_path)
    drawing.record.write(tmp_path)
    with running_app("--models", str(tmp_path)) as app:
        assert urlopen(app.address).read().decode().count("one channel") == 4
        client = Client(app.address, verbose=False)
        with Image.open(client.predict(7, 2, api_name="/sample")) as sheet:
            assert sheet.size == (6 * 66 - 2, 66 + 8 - 10)
        assert len(client.predict([[0.0] * 10], tmp_path.name, api_name="/decode")) == 1
        face = handle_file(str(subject.EXAMPLE))
        for asked in ("/reconstruct", "/encode", "/compare_betas"):
            with pytest.raises(AppError, match="one channel"):
                client.predict(face, *([tmp_path.name] if asked == "/encode" else []), api_name=asked)


def test_the_formula_names_the_distortion(drawing: Pulled) -> None:
    assert column(drawing).formula == "−log p(x|z) + KL"
    assert "Bernoulli" in scale((drawing,))
