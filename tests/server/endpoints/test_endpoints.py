"""What scripts ask the running app for: with gradio's client, and with requests that no client would send."""

import json
import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from benchmarks.running_app import running_app
from faces.image import to_array, to_picture
from faces.preprocessing import preprocess
from server.picture_input import to_batch
from tests.conftest import bundled_models, draw_face
from tests.photographs import draw_photograph
from vae_models.catalogue import BUNDLED
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import traversal_ranges

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[3]
PORTRAIT = str(ROOT / "assets" / "examples" / "astronaut.png")


@pytest.fixture(scope="module")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def models() -> dict[str, Pulled]:
    return {pulled.name: pulled for pulled in bundled_models()}


def ask(address: str, endpoint: str, body: bytes) -> str:
    """Return the text of the server's answer to a raw request."""
    call = f"{address}gradio_api/call/{endpoint}"
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(call, content=body, headers=headers, timeout=300)
    if answer.status_code != 200:
        return answer.text
    return httpx.get(f"{call}/{answer.json()['event_id']}", timeout=300).text


def test_every_endpoint_is_documented_and_nothing_else_is_public(client: Client) -> None:
    api = client.view_api(return_format="dict", print_info=False)
    assert list(api["named_endpoints"]) == [
        "/sample",
        "/reconstruct",
        "/compare_betas",
        "/morph",
        "/traverse",
        "/encode",
        "/decode",
    ]
    assert not api["unnamed_endpoints"]
    for name, endpoint in api["named_endpoints"].items():
        assert len(endpoint["description"]) > 30, name
        assert all(parameter["parameter_has_default"] for parameter in endpoint["parameters"][1:] if name != "/morph")


def test_a_seed_answers_the_same_bytes(client: Client) -> None:
    first, again, other = (Path(client.predict(seed, 4, api_name="/sample")) for seed in (5, 5, 6))
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
    with Image.open(first) as picture:
        assert picture.format == "PNG"
        assert picture.height == len(BUNDLED) * (66 + 8) - 10


def test_encoding_and_decoding_are_the_models_own(client: Client, models: dict[str, Pulled], tmp_path: Path) -> None:
    face = draw_face(9)
    face.save(tmp_path / "face.png")
    x = to_batch(to_array(face))
    for name, pulled in models.items():
        code = client.predict(handle_file(str(tmp_path / "face.png")), name, api_name="/encode")
        with torch.no_grad():
            mean = pulled.model.encode(x).mean
            torch.testing.assert_close(torch.tensor([code["mean"]]), mean, atol=1e-4, rtol=0)
            expected = np.asarray(to_picture(pulled.model.decode(mean)[0])).astype(int)
        assert (code["logvar"] is None) == (name == "ae")
        (picture,) = client.predict([code["mean"]], name, api_name="/decode")
        with Image.open(picture) as shown:
            assert np.abs(np.asarray(shown).astype(int) - expected).max() <= 1


def test_a_tilted_portrait_is_reconstructed_and_scored(client: Client, tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(draw_photograph(20, 400, (2000, 1500)))
    picture, answer = client.predict(handle_file(str(tmp_path / "p.jpg")), api_name="/reconstruct")
    errors = {row["model"]: row["squared_error"] for row in answer["scores"]}
    assert errors["ae"] < errors["vae"] < errors["beta-vae"] < errors["beta-tcvae"]
    compared = answer["typicality"]
    assert list(compared) == ["comparison", "note", "negative_elbo", "unexplained_variance"]
    assert compared["comparison"].startswith("The VAE explains this picture worse than ")
    assert "nothing about a person" in compared["note"]
    assert 0 < compared["negative_elbo"]["share_below"] < 1
    with Image.open(picture) as shown:
        assert shown.width > 5 * 160


def test_betas_are_compared_and_a_morph_is_a_film(client: Client) -> None:
    picture, rows = client.predict(handle_file(PORTRAIT), "beta-vae", api_name="/compare_betas")
    assert [row["beta"] for row in rows] == [1, 2, 5, 10]
    with Image.open(picture) as shown:
        assert shown.format == "PNG"
    film = client.predict(handle_file(PORTRAIT), handle_file(PORTRAIT), "spherical", api_name="/morph")
    with Image.open(film) as moving:
        assert moving.format == "WEBP"


def test_the_lines_of_the_documentation_run_as_printed(address: str) -> None:
    page = (ROOT / "docs" / "app.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    lines = next(block for block in blocks if "gradio_client" in block)
    names: dict[str, Any] = {}
    exec(lines.replace("http://127.0.0.1:7860/", address), names)
    assert tuple(row["model"] for row in names["answer"]["scores"]) == BUNDLED
    with Image.open(names["faces"][0]) as face:
        assert face.size == (64, 64)


def test_a_traversal_is_the_models_own(client: Client, models: dict[str, Pulled]) -> None:
    for name, pulled in models.items():
        code = torch.linspace(-1, 1, 32)
        faces = client.predict(code.tolist(), name, 4, -2.5, 1.5, 3, api_name="/traverse")
        for file, value in zip(faces, (-2.5, -0.5, 1.5), strict=True):
            moved = code.clone()
            moved[4] = value
            with torch.no_grad(), Image.open(file) as shown:
                expected = np.asarray(to_picture(pulled.model.decode(moved[None])[0])).astype(int)
                assert np.abs(np.asarray(shown).astype(int) - expected).max() <= 1


def test_a_traversal_of_nothing_in_particular_moves_the_mean_code(client: Client, models: dict[str, Pulled]) -> None:
    pulled = models["vae"]
    low, high = traversal_ranges(pulled.model)[0].tolist()
    faces = client.predict(api_name="/traverse")
    with torch.no_grad():
        z = pulled.model.prior_mean.repeat(9, 1)
        z[:, 0] = torch.linspace(low, high, 9)
        expected = [to_picture(image) for image in pulled.model.decode(z)]
    for file, picture in zip(faces, expected, strict=True):
        with Image.open(file) as shown:
            assert np.abs(np.asarray(shown).astype(int) - np.asarray(picture).astype(int)).max() <= 1


@pytest.mark.parametrize(
    ("endpoint", "values", "sentence"),
    [
        ("/sample", ["7"], "The seed must be a whole number"),
        ("/sample", [-1], "The seed must be a whole number"),
        ("/sample", [1, 10**9], "The number of faces must be a whole number from 1 to 36"),
        ("/sample", [1, 4, "gaussian"], "The prior must be one of standard, fitted"),
        ("/sample", [1, 4, "fitted", "hot"], "The temperature must be a number from 0 to 2"),
        ("/sample", [1, 4, "fitted", None], "The temperature must be a number from 0 to 2"),
        ("/reconstruct", [None], "Send a picture as a file"),
        ("/reconstruct", [3.5], "Send a picture as a file"),
        ("/encode", [handle_file(PORTRAIT), "gan"], "The model must be one of ae, vae"),
        ("/encode", [handle_file(PORTRAIT), "vae", "squash"], "The crop must be one of face, centre"),
        ("/encode", [handle_file(PORTRAIT), "vae", "face", 2], "The face's number must be a whole number from 1 to 1"),
        ("/compare_betas", [handle_file(PORTRAIT), "vae"], "The family must be one of beta-vae, beta-tcvae"),
        ("/morph", [handle_file(PORTRAIT), handle_file(PORTRAIT), "zigzag"], "The way must be one of linear"),
        ("/traverse", ["code"], "The code must be a list of 32 finite numbers"),
        ("/traverse", [[[0] * 32]], "The code must be a list of 32 finite numbers"),
        ("/traverse", [[0] * 31], "The code must be a list of 32 finite numbers"),
        ("/traverse", [None, "gan"], "The model must be one of ae, vae"),
        ("/traverse", [None, "vae", 32], "The dimension must be a whole number from 0 to 31"),
        ("/traverse", [None, "vae", None], "The dimension must be a whole number from 0 to 31"),
        ("/traverse", [None, "vae", 0, "deep"], "The low end must be a number from -100 to 100"),
        ("/traverse", [None, "vae", 0, None, 101], "The high end must be a number from -100 to 100"),
        ("/traverse", [None, "vae", 0, None, None, 1], "The number of steps must be a whole number from 2 to 36"),
        ("/traverse", [None, "vae", 0, None, None, 37], "The number of steps must be a whole number from 2 to 36"),
        ("/decode", ["codes"], "Codes must be a list"),
        ("/decode", [[[0] * 31]], "32 finite numbers"),
        ("/decode", [[[0] * 32] * 37], "1 to 36 codes"),
        ("/decode", [[[0] * 32], 7], "The model must be one of"),
    ],
)
def test_what_does_not_fit_gets_one_sentence(client: Client, endpoint: str, values: list[Any], sentence: str) -> None:
    with pytest.raises(AppError, match=sentence):
        client.predict(*values, api_name=endpoint)
    assert client.predict(1, 1, api_name="/sample")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "{}"])
def test_numbers_that_no_client_would_send_are_refused_too(address: str, value: str) -> None:
    said = ask(address, "sample", f'{{"data": [1, 4, "fitted", {value}]}}'.encode())
    assert "event: error" in said
    assert "The temperature must be a number from 0 to 2" in said


@pytest.mark.parametrize("path", ["/etc/hostname", "app.py", "../../etc/hostname", str(Path("app.py").absolute())])
@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}], ids=["bare", "file"])
def test_no_file_of_the_servers_own_is_read(address: str, path: str, meta: dict[str, Any]) -> None:
    said = ask(address, "encode", json.dumps({"data": [{"path": path, **meta}]}).encode())
    assert "event: error" in said
    assert "mean" not in said
    assert Path("app.py").exists()


FACE = Path(PORTRAIT).read_bytes()
FILE = {"meta": {"_type": "gradio.FileData"}}
SEND = "Send a picture as a file"
PICTURES: dict[str, tuple[Any, str]] = {  # values for a picture, and the beginning of the answer's text or sentence
    "null": (None, SEND),
    "number": (7, SEND),
    "empty": ("", SEND),
    "word": ("portrait.jpg", SEND),
    "path": ({"path": "/etc/hostname", **FILE}, SEND),
    "file": ({"path": "file:///etc/hostname", **FILE}, SEND),
    "nul": ({"path": "a\0b", **FILE}, SEND),
    "long": ({"path": "a." * 3000, **FILE}, SEND),
    "surrogate": ({"path": "\ud800", **FILE}, SEND),
    "list": ([{"path": "http://127.0.0.1:9/face.png", **FILE}], SEND),
    "refused": (
        {"path": "http://127.0.0.1:9/face.png", **FILE},
        "The picture at http://127.0.0.1:9/face.png cannot be",
    ),
    "address": ("http://127.0.0.1:9/face.png", "The picture at http://127.0.0.1:9/face.png cannot be fetched"),
    "private": ("http://10.0.0.1/face.png", "The picture at http://10.0.0.1/face.png cannot be fetched"),
    "nowhere": ("http://[::1", "The picture at http://[::1 cannot be fetched"),
    "html": ("data:text/html,<p>hello</p>", "This file is not a picture"),
    "damaged": ("data:image/png;base64,A", "This data URL is damaged"),
    "folder": ({"path": "UPLOADS", **FILE}, "This upload is not there"),
    "deleted": ({"path": "UPLOADS/none.png", **FILE}, "This upload is not there"),
    "base64": (b64encode(FACE).decode(), "mean"),
    "data": (f"data:image/png;base64,{b64encode(FACE).decode()}", "mean"),
    "upload": ({"path": "UPLOADS/upload.png", "meta": "x", "size": "large"}, "mean"),
    "served": ("ADDRESSgradio_api/file=UPLOADS/upload.png", "mean"),
}


def test_a_picture_in_any_form_gets_an_answer_and_nothing_is_logged() -> None:
    with TemporaryFile() as output, running_app(output=output) as app:
        (upload,) = httpx.post(f"{app.address}gradio_api/upload", files={"files": ("face.png", FACE)}).json()

        def send(endpoint: str, *values: Any) -> str:
            text = json.dumps(values).replace("UPLOADS", str(Path(upload).parent)).replace("ADDRESS", app.address)
            return ask(app.address, endpoint, f'{{"data": {text}}}'.encode())

        for name, (value, answer) in PICTURES.items():
            assert answer in send("encode", value, "vae", "centre", 1), name
        for value, answer in (PICTURES["refused"], PICTURES["folder"]):
            assert answer in send("reconstruct", value, "centre", 1, 0)
            assert answer in send("compare_betas", value, "beta-vae", 1, "centre", 1)
            assert answer in send("morph", PICTURES["data"][0], value, "linear", "centre")
            assert "The seed must be a whole number" in send("sample", value, 1, "standard", 1)
            assert "The code must be a list" in send("traverse", [value], "vae", 0, None, None, 3)
            assert "Codes must be a list" in send("decode", [[value]], "vae")
        assert "/encode takes 4 values (face, model, crop, which); 1 were sent" in send("encode", None)
        assert "6 were sent" in send("encode", *[None] * 6)
        assert "Codes must be a list" in send("decode", json.loads("[" * 15 + "]" * 15), "vae")
        assert "nested more than" in send("decode", json.loads("[" * 100 + "]" * 100), "vae")
        assert "There is no endpoint of this name" in send("nothing")
        assert "There is no endpoint of this name" in send("v2/nothing")
        for body, answer in ((b'{"fac": 3}', "no parameter fac."), (b"{}", "parameter face is missing.")):
            assert answer in ask(app.address, "v2/encode", body)
        output.seek(0)
        assert re.fullmatch(r"\* Running on local URL: .*\n(\* To create a public link.*\n)?", output.read().decode())


def bad_pictures() -> dict[str, tuple[bytes, str]]:
    """Bytes, and the sentence that they are answered with."""

    def saved(picture: Image.Image, form: str) -> bytes:
        stream = BytesIO()
        picture.save(stream, form)
        return stream.getvalue()

    return {
        "text.png": (b"hello", "not a picture"),
        "empty.jpg": (b"", "empty"),
        "cut.jpg": (saved(Image.effect_noise((300, 300), 80), "JPEG")[:5000], "damaged"),
        "tiny.png": (saved(Image.new("RGB", (10, 10)), "PNG"), "10 x 10"),
        "bomb.png": (saved(Image.new("L", (10_000, 10_000)), "PNG"), "megapixels"),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        "photo.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 400, "HEIC|damaged"),
    }


@pytest.mark.parametrize("name", bad_pictures())
def test_what_is_no_picture_gets_one_sentence(client: Client, tmp_path: Path, name: str) -> None:
    data, sentence = bad_pictures()[name]
    (tmp_path / name).write_bytes(data)
    for crop in ("face", "centre"):
        with pytest.raises(AppError, match=sentence):
            client.predict(handle_file(str(tmp_path / name)), "vae", crop, api_name="/encode")


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16", "1"])
def test_every_kind_of_picture_is_a_picture(
    client: Client, models: dict[str, Pulled], tmp_path: Path, mode: str
) -> None:
    grey = draw_face(3, 200).convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        picture = grey.convert("RGB").convert(mode) if mode not in ("LA",) else grey.convert("LA")
    file = tmp_path / ("picture.tif" if mode in ("CMYK", "I;16") else "picture.png")
    picture.save(file)
    code = client.predict(handle_file(str(file)), "vae", "centre", api_name="/encode")
    with torch.no_grad():
        expected = models["vae"].model.encode(to_batch(preprocess(file, "centre").pixels)).mean[0]
    torch.testing.assert_close(torch.tensor(code["mean"]), expected, atol=1e-4, rtol=0)


def test_animations_give_their_first_picture_and_photographs_are_turned_upright(client: Client, tmp_path: Path) -> None:
    frames = [draw_face(seed, 128).quantize() for seed in (1, 2)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    frames[0].convert("RGB").save(tmp_path / "still.png")
    upright = Image.open(PORTRAIT).convert("RGB")
    turned, exif = upright.rotate(90, expand=True), Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees clockwise to see it upright"
    turned.save(tmp_path / "turned.png", exif=exif)
    for one, other, crop in (("moving.gif", "still.png", "centre"), ("turned.png", PORTRAIT, "face")):
        codes = [
            client.predict(handle_file(str(tmp_path / name)), "vae", crop, api_name="/encode")["mean"]
            for name in (one, other)
        ]
        assert codes[0] == pytest.approx(codes[1], abs=1e-4)


def test_what_the_page_asks_for_is_callable_but_not_listed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(draw_photograph(20, 400, (2000, 1500)))
    picture = handle_file(str(tmp_path / "p.jpg"))
    found, (crop,) = client.predict(picture, api_name="/find")
    assert (found["width"], found["height"], found["more"]) == (2000, 1500, 0)
    with Image.open(crop) as shown:
        assert np.array_equal(np.asarray(shown), preprocess(tmp_path / "p.jpg", "aligned").pixels)
    with Image.open(client.predict(picture, [1000, 750, 200], api_name="/cut")) as shown:
        assert shown.size == (64, 64)
    with pytest.raises(AppError, match="The square must be a list of 3 finite numbers"):
        client.predict(picture, [1, 2], api_name="/cut")
