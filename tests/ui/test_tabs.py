import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from metrics.reconstruction import mse
from tests.conftest import drawn_face
from ui import reconstruct, sample
from ui.words import formula
from vae_models import Objective
from vae_models.autoencoder import draw_noise
from vae_models.hub import Pulled, pull
from vae_models.objective import AE, BETA_TCVAE, BETA_VAE, VAE


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return pull("bundled")


def pictures(html: str) -> list[np.ndarray]:
    """Every picture of a piece of page, decoded."""
    found = re.findall(r"data:image/webp;base64,([^\"]+)", html)
    return [np.asarray(Image.open(BytesIO(b64decode(data)))).astype(float) / 255 for data in found]


def test_formulas_are_the_reports() -> None:
    assert [formula(o) for o in (AE, VAE, BETA_VAE, BETA_TCVAE)] == [
        "‖x − x̂‖²",
        "‖x − x̂‖² + KL",
        "‖x − x̂‖² + 5 KL",
        "‖x − x̂‖² + KL + 19 TC",
    ]
    assert formula(Objective(distortion_weight=0.5)) == "0.5 ‖x − x̂‖² + KL"


def test_every_column_decodes_the_same_noise(models: tuple[Pulled, ...]) -> None:
    shown = pictures(sample.sample(models, 11, 3, "standard"))
    noise = draw_noise(3, 32, torch.Generator().manual_seed(11))
    expected = torch.cat([pulled.model.decode(noise) for pulled in models]).detach()
    assert len(shown) == 12
    for ours, theirs in zip(shown, expected, strict=True):
        # what WebP changes is far less than what tells two faces apart
        assert np.abs(ours - theirs.permute(1, 2, 0).numpy()).mean() < 0.02


def test_a_seed_answers_the_same_bytes_and_another_seed_others(models: tuple[Pulled, ...]) -> None:
    first = sample.sample(models, 5, 4, "fitted")
    assert first == sample.sample(models, 5, 4, "fitted")
    assert first != sample.sample(models, 6, 4, "fitted")
    assert first != sample.sample(models, 5, 4, "standard")


@pytest.mark.parametrize(("seed", "count"), [(-1, 4), (2**32, 4), (1, 0), (1, 37)])
def test_what_cannot_be_sampled_is_refused(models: tuple[Pulled, ...], seed: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"from 0 to|1 to 36"):
        sample.sample(models, seed, count, "standard")


def test_a_reconstruction_is_shown_with_its_scores(models: tuple[Pulled, ...]) -> None:
    picture = drawn_face(3, size=200)
    html = reconstruct.reconstruct(models, picture)
    shown = pictures(html)
    assert len(shown) == 2 + len(models)  # the picture, the crop, one of each model
    errors = [float(value) for value in re.findall(r"MSE</th><td>([\d.]+)", html)]
    crop = torch.from_numpy(np.asarray(picture.resize((64, 64), Image.Resampling.BICUBIC)).copy())
    x = crop.permute(2, 0, 1)[None].float() / 255
    for error, pulled in zip(errors, models, strict=True):
        with torch.no_grad():
            assert error == pytest.approx(mse(x, pulled.model.reconstruct(x)).item(), abs=1e-4)


def test_the_example_has_its_source_beside_it() -> None:
    folder = reconstruct.EXAMPLE.parent
    sources = (folder / "SOURCES.md").read_text()
    for file in folder.iterdir():
        assert file.name == "SOURCES.md" or f"`{file.name}`" in sources


def test_no_picture_of_a_data_set_stands_in_the_project() -> None:
    """Pictures in the project are listed here one by one."""
    root = Path(__file__).parents[2]
    endings = {".png", ".jpg", ".jpeg", ".webp", ".gif"}
    hidden = {".git", ".venv", "runs", ".ci", ".pytest_cache", ".gradio"}
    found = {
        str(file.relative_to(root))
        for file in root.rglob("*")
        if file.suffix.lower() in endings and file.relative_to(root).parts[0] not in hidden
    }
    samples = {f"assets/weights/{name}/samples.png" for name in ("ae", "vae", "beta-vae", "beta-tcvae")}
    assert found <= samples | {"assets/examples/astronaut.png", "assets/screenshot.png"}
