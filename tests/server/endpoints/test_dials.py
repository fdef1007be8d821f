"""One network for every beta in the endpoints: any beta gets the answer of `Dial.at`."""

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import to_array, to_picture
from server.app import pass_unread
from server.endpoints import compare_betas, decode, encode
from server.picture_input import to_batch
from server.uploads.folder import create_folder
from server.validation import ArgumentError
from tests.conftest import draw_face, report_models
from tests.coroutines import run
from tests.dial_folder import load_dials, write_dial
from vae_models.hub.pull import Loaded, PulledDial

FACE = draw_face(5)


def to_text(picture: Image.Image) -> str:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return b64encode(stream.getvalue()).decode()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Load the report's models, a dial of colour pictures, and one of drawings."""
    folder = tmp_path_factory.mktemp("models")
    write_dial(folder / "beta-dial")
    write_dial(folder / "grey-dial", channels=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        create_folder()
        yield Loaded(report_models(), dials=load_dials(folder))


@pytest.fixture(scope="module")
def dial(loaded: Loaded) -> PulledDial:
    return loaded.dials[0]


def test_codes_and_faces_are_those_of_the_beta(loaded: Loaded, dial: PulledDial) -> None:
    x, answer = to_batch(to_array(FACE)), encode.build(loaded)
    for beta, sent in ((1.0, None), (1.0, 1), (7.25, 7.25), (50.0, 50)):
        code = answer(to_text(FACE), dial.name, "face", 1, sent)
        model = dial.at(beta).model
        with torch.no_grad():
            posterior = model.encode(x)
            expected = np.asarray(to_picture(model.decode(posterior.mean)[0])).astype(int)
        torch.testing.assert_close(torch.tensor([code["mean"]]), posterior.mean, atol=1e-5, rtol=1e-5)
        (file,) = decode.build(loaded)([code["mean"]], dial.name, sent)
        with Image.open(file["path"]) as shown:
            assert np.abs(np.asarray(shown).astype(int) - expected).max() <= 1
    assert code["model"] == "beta-dial"
    assert len(code["logvar"]) == 32


def test_any_betas_are_compared_in_the_order_given(loaded: Loaded, dial: PulledDial) -> None:
    answer = compare_betas.build(loaded)
    x = to_batch(to_array(FACE))
    for sent, betas in ((None, [1, 2, 5, 10, 20, 50]), ([30.5, 1, 1.01], [30.5, 1, 1.01])):
        file, rows = answer(to_text(FACE), "beta-dial", 3, "face", 1, sent)
        assert [row["beta"] for row in rows] == betas
        assert {row["model"] for row in rows} == {"beta-dial"}
        for row in rows:
            copy = dial.at(row["beta"]).model.reconstruct(x)
            assert row["squared_error"] == pytest.approx((x - copy).square().sum().item(), rel=1e-3)
        with Image.open(file["path"]) as sheet:
            assert sheet.width == 8 + (1 + len(betas)) * 168


def test_a_family_is_compared_as_before_and_has_no_dial(loaded: Loaded) -> None:
    answer, alone = compare_betas.build(loaded), compare_betas.build(Loaded(loaded.models))
    assert answer(to_text(FACE), "beta-vae", 3)[1] == alone(to_text(FACE), "beta-vae", 3)[1]


@pytest.mark.parametrize(
    ("endpoint", "values", "sentence"),
    [
        ("encode", ("beta-dial", "face", 1, 0.99), "beta must be a number from 1 to 50, not 0.99"),
        ("encode", ("beta-dial", "face", 1, float("nan")), "beta must be a number from 1 to 50, not nan"),
        ("encode", ("vae", "face", 1, 1), "The model vae was trained with one beta: leave beta out"),
        ("encode", ("grey-dial", "face", 1, 1), "These models see one channel"),
        ("encode", ("beta", "face", 1, 1), "must be one of ae, vae, beta-vae, beta-tcvae, beta-dial, grey-dial"),
        ("compare_betas", ("beta-dial", 1, "face", 1, [1, [2]]), r"beta must be a number from 1 to 50, not \[2\]"),
        ("compare_betas", ("beta-dial", 1, "face", 1, [1] * 9), "betas must be a list of 1 to 8 numbers"),
        ("compare_betas", ("beta-vae", 1, "face", 1, [1]), "Each model of beta-vae was trained with one beta"),
        ("compare_betas", ("grey-dial", 1), "These models see one channel"),
        ("compare_betas", ("dial", 1), "must be one of beta-vae, beta-tcvae, beta-dial, grey-dial"),
    ],
)
def test_wrong_values_get_a_sentence(loaded: Loaded, endpoint: str, values: tuple[Any, ...], sentence: str) -> None:
    build: dict[str, Any] = {"encode": encode.build, "compare_betas": compare_betas.build}
    with pytest.raises(ArgumentError, match=sentence):
        build[endpoint](loaded)(to_text(FACE), *values)


def test_a_call_may_leave_out_the_last_values_that_may_be_null(loaded: Loaded) -> None:
    """Scripts and pages that know no beta send the values of before."""
    function: Any = SimpleNamespace(fn=encode.build(loaded), api_name="encode")
    old = [to_text(FACE), "vae", "face", 1]
    assert run(pass_unread(function, old)) == [*old, None]
    assert run(pass_unread(function, [*old, 5])) == [*old, 5]
    for wrong in (old[:3], [*old, 5, 6]):
        with pytest.raises(gr.Error, match=r"/encode takes 4 values \(face, model, crop, which\); \d were sent. After"):
            run(pass_unread(function, wrong))
