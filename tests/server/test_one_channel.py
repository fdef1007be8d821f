"""The server of models that see one channel: they draw, and no photograph is given to them."""

import json
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from benchmarks.running_app import running_app
from server.analysis.samples import Draw
from server.render.sheets import draw_samples
from server.validation import require_colour
from tests.photographs import PORTRAIT
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled

SCORES = {"squared_error": 150.0, "kl": 30.0}


@pytest.fixture
def drawing() -> Pulled:
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(channels=1, latent_dim=10, width=4)).eval()
    record = TrainingRecord("vae", Objective(distortion="bernoulli"), {}, {}, 0, 0, {}, {}, 0, SCORES, {}, {})
    return Pulled("sprites", model, record)


def test_they_draw_in_grey(drawing: Pulled) -> None:
    sheet = Image.open(BytesIO(draw_samples((drawing,), Draw(7, 2, "standard", 1.0))))
    red, green, blue = sheet.convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_a_face_is_given_to_none_of_them(drawing: Pulled) -> None:
    with pytest.raises(ValueError, match="one channel"):
        require_colour((drawing,))


@pytest.mark.processes
def test_the_page_is_served_and_endpoints_refuse_faces_in_a_sentence(drawing: Pulled, tmp_path: Path) -> None:
    drawing.model.save_pretrained(tmp_path)
    drawing.record.write(tmp_path)
    with running_app("--models", str(tmp_path)) as app:
        assert urlopen(app.address).status == 200
        (described,) = json.loads(urlopen(f"{app.address}records/models.json").read())["models"]
        assert (described["channels"], described["decoder"]) == (1, None)
        client = Client(app.address, verbose=False)
        with Image.open(client.predict(7, 2, api_name="/sample")) as sheet:
            assert sheet.size == (6 * 66 - 2, 66 + 8 - 10)
        assert len(client.predict([[0.0] * 10], tmp_path.name, api_name="/decode")) == 1
        face = handle_file(str(PORTRAIT))
        for asked in ("/reconstruct", "/encode", "/compare_betas"):
            with pytest.raises(AppError, match="one channel"):
                client.predict(face, *([tmp_path.name] if asked == "/encode" else []), api_name=asked)
