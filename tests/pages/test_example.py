"""The opening face: sampled from the AE, and drawn beforehand as every model rebuilds it."""

import io
import json
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from pages import example
from pages.documents import address
from tests.conftest import bundled_models
from vae_models.hub.pull import BUNDLED_FOLDER

EXAMPLES = BUNDLED_FOLDER.parent / "examples"
SEEDS = {"sampled-smile": 516, "sampled-glasses": 904, "sampled-dark-hair": 932}


def read_pixels(name: str) -> NDArray[np.uint8]:
    with Image.open(EXAMPLES / f"{name}.png") as picture:
        return np.asarray(picture.convert("RGB"))


def opening_face() -> Tensor:
    return torch.from_numpy(read_pixels("sampled-smile").copy()).permute(2, 0, 1) / 255


@cache
def drawn() -> example.Example:
    return example.draw(bundled_models(), opening_face())


@pytest.mark.parametrize("name", SEEDS)
@torch.inference_mode()
def test_example_faces_are_samples_of_the_ae(name: str) -> None:
    ae = bundled_models()[0].model
    face = ae.sample(1, generator=torch.Generator().manual_seed(SEEDS[name]), prior="fitted")[0]
    pixels = (face.clamp(0, 1) * 255).round().permute(1, 2, 0).numpy()
    assert np.abs(pixels - read_pixels(name)).max() <= 2


def test_the_pictures_are_the_face_and_a_copy_by_each_model() -> None:
    with Image.open(io.BytesIO(drawn().webp)) as column:
        assert column.size == (64, 64 * (1 + len(bundled_models())))
        face = np.asarray(column.convert("RGB"))[:64].astype(int)
    assert np.abs(face - read_pixels("sampled-smile")).mean() < 4


def test_the_drawn_pictures_are_small() -> None:
    assert len(drawn().webp) + len(drawn().json) < 20_000


def test_errors_rise_along_each_family() -> None:
    codes = json.loads(drawn().json)
    for family in (
        ["ae", "vae", "beta-vae-b2", "beta-vae", "beta-vae-b10"],
        ["vae", "beta-tcvae-b5", "beta-tcvae", "beta-tcvae-b50"],
    ):
        errors = [codes[name]["error"] for name in family]
        assert errors == sorted(errors)


@torch.inference_mode()
def test_the_smile_fades_in_the_copies_as_the_sentences_say() -> None:
    ae = bundled_models()[0]
    found = ae.names.directions["smiling"]
    direction = torch.tensor(found.direction)

    def smile(x: Tensor) -> float:
        """Return the AE's logit of a smile, relative to the average face."""
        offset = ae.model.encode(x).mean[0] - ae.model.prior_mean
        return float(offset @ direction) / (found.per_logit * float(direction @ direction))

    face = opening_face()[None]
    smiles = {one.name: smile(one.model.decode(one.model.encode(face).mean)) for one in bundled_models()}
    assert smiles["ae"] > smiles["vae"] - 1 > 3
    assert smiles["vae"] > smiles["beta-vae-b2"] > smiles["beta-vae"] > smiles["beta-vae-b10"]
    assert max(smiles["beta-vae-b10"], smiles["beta-tcvae"], smiles["beta-tcvae-b50"]) < 1.5


def test_a_file_that_is_missing_has_no_address() -> None:
    vae = bundled_models()[1]
    assert address(vae, "decoder.onnx") == "models/vae/decoder.onnx"
    assert address(vae, "absent.onnx") is None
    assert address(vae._replace(folder=None), "decoder.onnx") is None
