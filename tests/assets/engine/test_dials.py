"""A network for every beta by both ways of the engine: its answers are torch's."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser

from faces.image import to_tensor
from server.picture_input import to_batch
from tests.assets.conftest import AppWithDial
from tests.assets.engine.conftest import HELPERS, drawn_crop, drawn_rgba, unpack
from vae_models.distributions import DiagonalGaussian

pytestmark = pytest.mark.browser

BETAS = [1.0, 2.0, 3.4, 17.5, 50.0]
BETA = 3.4
ASK = f"""async ([pixels, codes, betas, beta, way]) => {{
  {HELPERS}
  const {{ createEngine }} = await import(new URL("engine/engine.js", document.baseURI));
  const {{ models, dials }} = await (await fetch("records/models.json")).json();
  const [dial] = way === "browser" ? dials : dials.map((one) => ({{ ...one, encoder: null, decoder: null }}));
  const engine = createEngine({{ models: [...models, dial], server: way === "browser" ? null : "./" }});
  const answer = {{
    way: engine.way(dial.name).way,
    codes: await engine.encodeAlong(dial.name, crop(pixels), betas),
    noisy: await engine.encodeAlong(dial.name, crop(pixels), [beta], {{ noise: 0.2 }}),
    faces: await engine.decode(dial.name, Float32Array.from(codes), {{ beta: betas }}),
    copy: await engine.reconstruct(dial.name, crop(pixels), {{ beta }}),
  }};
  engine.close();
  return plain(answer);
}}"""


@pytest.fixture(scope="module")
def codes() -> torch.Tensor:
    """Draw a code for each beta."""
    return torch.randn(len(BETAS), 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module", params=["browser", "server"])
def answer(
    request: pytest.FixtureRequest, browser: Browser, app_with_dial: AppWithDial, codes: torch.Tensor
) -> Iterator[dict[str, Any]]:
    """Ask an engine for codes, faces and a copy."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(app_with_dial.address)
    asked = [drawn_rgba(), codes.flatten().tolist(), BETAS, BETA, request.param]
    found = page.evaluate(ASK, asked)
    assert found["way"] == request.param
    yield found
    context.close()


@torch.inference_mode()
def test_codes_are_those_of_torch_at_every_beta(answer: dict[str, Any], app_with_dial: AppWithDial) -> None:
    x = to_batch(drawn_crop())
    there = app_with_dial.dial.encode(x.expand(len(BETAS), -1, -1, -1), torch.tensor(BETAS))
    for name, expected in (("mean", there.mean), ("logvar", there.logvar)):
        assert np.allclose([code[name] for code in answer["codes"]], expected, atol=1e-4)
        assert (expected[0] - expected[-1]).abs().max() > 0.01
    assert answer["noisy"][0]["mean"] != answer["codes"][BETAS.index(BETA)]["mean"]


@torch.inference_mode()
def test_faces_are_those_of_torch_at_every_beta(
    answer: dict[str, Any], app_with_dial: AppWithDial, codes: torch.Tensor
) -> None:
    there = app_with_dial.dial.decode(codes, torch.tensor(BETAS))
    here = to_tensor(unpack(answer["faces"]))
    assert (here - there).abs().max() <= 1 / 255
    assert (there[0] - there[-1]).abs().max() > 3 / 255


@torch.inference_mode()
def test_a_copy_is_that_of_the_ordinary_model_of_its_beta(answer: dict[str, Any], app_with_dial: AppWithDial) -> None:
    x, copy = to_batch(drawn_crop()), answer["copy"]
    model = app_with_dial.dial.at(BETA)
    posterior = model.encode(x)
    assert isinstance(posterior, DiagonalGaussian)
    face = model.decode(posterior.mean)
    assert (to_tensor(unpack(copy["pixels"])) - face).abs().max() <= 1 / 255
    assert copy["scores"]["squaredError"] == pytest.approx((face - x).square().sum().item(), rel=1e-3)
    assert copy["scores"]["kl"] == pytest.approx(posterior.kl().sum().item(), rel=1e-3)
