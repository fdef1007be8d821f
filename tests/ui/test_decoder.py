"""Faces decoded in the visitor's browser are torch's; where it cannot, the server decodes and the page says why."""

import base64
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page
from torch import Tensor

from faces.image import SIZE, to_pixels
from vae_models import Autoencoder
from vae_models.catalogue import BUNDLED
from vae_models.files.names import DECODER

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "assets"
LATENTS = 32
RUNTIME = ("/onnxruntime/ort.wasm.bundle.min.mjs", "/onnxruntime/ort-wasm-simd-threaded.wasm.gz")
NOT_ASKED = """() => Promise.reject(new Error("the server was asked"))"""

# everything below happens in the page: `open` gives a decoder, `told` what it says of itself
OPEN = """
const { openDecoder, Newest, paint } = await import("/explore/decoder.js");
const told = [];
const open = (model, serverDecode, runtime = "/onnxruntime") => openDecoder({
  runtime, model, latents: LATENTS, serverDecode, onMode: (...mode) => told.push(mode),
});
const text = (pixels) => {
  let characters = "";
  for (const value of pixels) characters += String.fromCharCode(value);
  return btoa(characters);
};
"""


class Assets(SimpleHTTPRequestHandler):
    """The folders that the page will serve, an empty page, and the runtime as a server that declares gzip gives it."""

    extensions_map = {  # noqa: RUF012 (as the class it replaces has it)
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
    }

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(ASSETS))

    def do_GET(self) -> None:
        if self.path in ("/", "/favicon.ico"):
            self.answer(b"<!doctype html><title>Explore</title>", "text/html")
        elif self.path.startswith(("/onnxruntime/", "/explore/", "/weights/")):
            super().do_GET()
        elif self.path.startswith("/declared/"):
            file = ASSETS / "onnxruntime" / self.path.removeprefix("/declared/")
            self.answer(file.read_bytes(), "text/javascript", "gzip" if file.suffix == ".gz" else "identity")
        else:
            self.send_error(404)

    def answer(self, body: bytes, kind: str, encoding: str = "identity") -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Assets) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def asked() -> list[str]:
    """Return the addresses that the page requested, in order."""
    return []


@pytest.fixture
def page(browser: Browser, site: str, asked: list[str]) -> Iterator[Page]:
    """Open an empty page; at the end check that it asked no other site and handled every rejection."""
    context = browser.new_context()
    context.on("request", lambda request: asked.append(request.url))
    page, unhandled = context.new_page(), []
    page.on("pageerror", lambda error: unhandled.append(str(error)))
    page.goto(site)
    yield page
    page.evaluate("() => new Promise((done) => setTimeout(done))")  # rejections are reported after the task
    assert asked
    assert not [url for url in asked if not url.startswith((f"{site}/", "data:", "blob:"))]
    assert not unhandled
    context.close()


def run(page: Page, script: str, argument: object = None) -> Any:
    return page.evaluate(f"async (given) => {{const LATENTS = {LATENTS};{OPEN}{script}}}", argument)


def paths(asked: list[str], site: str) -> list[str]:
    return [url.removeprefix(site) for url in asked]


def decoder_of(name: str) -> str:
    return f"/weights/{name}/{DECODER}"


def rgba(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, H, W, 3) -> (n, H, W, 4), opaque, as a canvas has them."""
    return np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=-1)


def from_text(text: str) -> NDArray[np.uint8]:
    """Decode pixels from Base64: (n, 64, 64, 4)."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, SIZE, SIZE, 4)


def drawn(n: int) -> NDArray[np.uint8]:
    """Pictures of noise (n, 64, 64, 3): no model decodes them."""
    return np.random.default_rng(n).integers(0, 256, (n, SIZE, SIZE, 3), dtype=np.uint8)


def data_url(pixels: NDArray[np.uint8]) -> str:
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def codes(model: Autoencoder, n: int) -> list[Tensor]:
    """Return standard normal codes, codes of the fitted prior, and codes beyond the sliders' range; each (n, D)."""
    noise = torch.randn(n, LATENTS, generator=torch.Generator().manual_seed(n))
    return [noise, model.latents(noise, prior="fitted"), 10 * noise]


@pytest.mark.parametrize("name", BUNDLED)
def test_the_browser_decodes_what_torch_decodes(page: Page, name: str) -> None:
    model = Autoencoder.from_pretrained(str(ASSETS / "weights" / name))
    for n in (1, 5):
        for z in codes(model, n):
            with torch.inference_mode():
                expected = rgba(to_pixels(model.decode(z)))
            mode, reason, text = run(
                page,
                f"""const decoder = await open(given.model, {NOT_ASKED});
                const pixels = await decoder.decode(Float32Array.from(given.z), given.n);
                return [decoder.mode, decoder.reason, pixels instanceof Uint8ClampedArray && text(pixels)];""",
                {"model": decoder_of(name), "z": z.flatten().tolist(), "n": n},
            )
            assert (mode, reason) == ("browser", "")
            difference = from_text(text).astype(int) - expected
            assert difference.shape == (n, SIZE, SIZE, 4)
            assert np.abs(difference).max() <= 1
            assert (difference != 0).mean() < 0.01  # a rounding the wrong way would be half of them


def test_runtime_and_models_are_loaded_once_however_many_ask(page: Page, site: str, asked: list[str]) -> None:
    modes = run(
        page,
        f"""const opened = await Promise.all([...given, ...given].map((model) => open(model, {NOT_ASKED})));
        opened.push(await open(given[0], {NOT_ASKED}));
        return opened.map((decoder) => decoder.mode);""",
        [decoder_of(name) for name in BUNDLED],
    )
    assert modes == ["browser"] * (2 * len(BUNDLED) + 1)
    assert sorted(paths(asked, site)) == sorted(
        ["/", "/explore/decoder.js", *RUNTIME, *(decoder_of(name) for name in BUNDLED)]
    )


def test_a_server_may_declare_the_gzip_so_that_the_browser_unpacks_it_by_itself(page: Page) -> None:
    mode = run(page, f"""return (await open(given, {NOT_ASKED}, "/declared/")).mode""", decoder_of("vae"))
    assert mode == "browser"


def fall_back(page: Page, before: str, model: str | None) -> str:
    """Run `before`, open the model, check the server's faces, and return the message that the visitor reads."""
    z, pictures = codes(Autoencoder(), 3)[0], drawn(3)
    found = run(
        page,
        f"""{before}
        let codes;
        const decoder = await open(given.model, async (sent) => {{ codes = sent; return given.pictures; }});
        const pixels = await decoder.decode(Float32Array.from(given.z.flat()), 3);
        return {{ mode: decoder.mode, reason: decoder.reason, told, codes, pixels: text(pixels) }};""",
        {"model": model, "z": z.tolist(), "pictures": [data_url(picture) for picture in pictures]},
    )
    assert found["mode"] == "server"
    assert found["told"] == [["server", found["reason"]]]
    assert torch.equal(torch.tensor(found["codes"]), z)
    assert np.array_equal(from_text(found["pixels"]), rgba(pictures))
    return found["reason"]


@pytest.mark.parametrize(
    ("before", "model", "reason"),
    [
        ("", None, "This model has no ONNX file."),
        ("", decoder_of("no-such"), "The model's file could not be loaded."),
        ("", "http://[", "The model's file could not be loaded."),
        ("", "/weights/vae/config.json", "This browser could not open the model."),
        ("", "/weights/vae/encoder.onnx", "This browser could not run the model."),
        ("delete window.WebAssembly;", decoder_of("vae"), "This browser has no WebAssembly, or has it switched off."),
        ("delete window.DecompressionStream;", decoder_of("vae"), "This browser is too old to unpack the decoder."),
        # no SIMD: such a browser validates nothing of it
        ("WebAssembly.validate = () => false;", decoder_of("vae"), "This browser could not open the model."),
    ],
)
def test_what_cannot_be_decoded_here_the_server_decodes(
    page: Page, before: str, model: str | None, reason: str
) -> None:
    assert fall_back(page, before, model) == reason


@pytest.mark.parametrize("missing", RUNTIME)
def test_without_the_runtime_the_server_decodes_and_the_next_one_tries_again(
    page: Page, site: str, missing: str
) -> None:
    page.route(f"{site}{missing}", lambda route: route.abort())
    assert fall_back(page, "", decoder_of("vae")) == "ONNX Runtime could not be loaded."
    page.unroute(f"{site}{missing}")
    assert run(page, f"return (await open(given, {NOT_ASKED})).mode", decoder_of("vae")) == "browser"


def test_a_browser_that_stops_decoding_hands_over_to_the_server_once(page: Page) -> None:
    pictures = drawn(1)
    found = run(
        page,
        f"""const ort = await import("{RUNTIME[0]}");
        const sent = [];
        const decoder = await open(given.model, async (codes) => {{ sent.push(codes); return given.pictures; }});
        ort.InferenceSession.prototype.run = () => Promise.reject(new Error("out of memory"));
        const z = new Float32Array(LATENTS).fill(1);
        const both = [decoder.decode(z, 1), decoder.decode(z, 1)];
        z.fill(-1); // decoding has begun: what is written now does not count
        const pixels = (await Promise.all(both)).map(text);
        return {{ told, sent, pixels }};""",
        {"model": decoder_of("vae"), "pictures": [data_url(pictures[0])]},
    )
    assert found["told"] == [["browser", ""], ["server", "This browser stopped running the model."]]
    assert found["sent"] == [[[1] * LATENTS]] * 2
    for pixels in found["pixels"]:
        assert np.array_equal(from_text(pixels), rgba(pictures))


def test_what_is_asked_wrongly_or_fails_on_the_server_is_an_error_of_that_decode(page: Page) -> None:
    errors = run(
        page,
        f"""const local = await open(given, {NOT_ASKED});
        const remote = await open(null, {NOT_ASKED});
        const fewer = await open(null, async () => []);
        const error = (promise) => promise.then(() => "none", (error) => `${{error.name}}: ${{error.message}}`);
        return [
          await error(local.decode(new Float32Array(31), 1)),
          await error(local.decode(new Float32Array(0), 0)),
          await error(remote.decode(new Float32Array(32), 1)),
          await error(fewer.decode(new Float32Array(32), 1)),
          local.mode,
        ];""",
        decoder_of("vae"),
    )
    assert errors == [
        "RangeError: 31 numbers are not 1 codes of 32",
        "RangeError: 0 numbers are not 0 codes of 32",
        "Error: the server was asked",
        "RangeError: the server gave 0 pictures for 1 codes",
        "browser",
    ]


def test_the_newest_value_wins(page: Page) -> None:
    found = run(
        page,
        """const worked = [], done = [], failed = [];
        let running = 0, most = 0, finish;
        const newest = new Newest(
          async (value) => {
            worked.push(value);
            most = Math.max(most, ++running);
            await new Promise((resolve) => { finish = resolve; });
            running -= 1;
            if (value < 0) throw new Error("negative");
            return 10 * value;
          },
          (...result) => done.push(result),
          (error, value) => failed.push([error.message, value]),
        );
        const end = async () => { finish(); await new Promise((next) => setTimeout(next)); };
        for (let value = 0; value < 50; value++) newest.ask(value);
        const atOnce = [...worked];
        await end();
        await end();
        newest.ask(-1);
        newest.ask(7);
        await end();
        await end();
        await end();
        newest.ask(0);
        await end();
        return { atOnce, worked, done, failed, most };""",
    )
    assert found == {
        "atOnce": [0],
        "worked": [0, 49, -1, 7, 0],
        "done": [[0, 0], [490, 49], [70, 7], [0, 0]],
        "failed": [["negative", -1]],
        "most": 1,
    }


def test_fifty_asks_of_a_decoder_decode_the_first_and_the_last(page: Page) -> None:
    found = run(
        page,
        f"""const decoder = await open(given, {NOT_ASKED});
        const at = (value) => new Float32Array(LATENTS).fill(value / 50);
        const alone = [text(await decoder.decode(at(0), 1)), text(await decoder.decode(at(49), 1))];
        const results = [];
        await new Promise((end, failed) => {{
          const show = (pixels, value) => {{
            results.push([value, text(pixels)]);
            if (value === 49) end();
          }};
          const newest = new Newest((value) => decoder.decode(at(value), 1), show, failed);
          for (let value = 0; value < 50; value++) newest.ask(value);
        }});
        return {{ alone, results }};""",
        decoder_of("vae"),
    )
    assert found["results"] == [[0, found["alone"][0]], [49, found["alone"][1]]]
    assert found["alone"][0] != found["alone"][1]


def test_a_face_is_painted_as_it_is_or_smoothly_enlarged(page: Page) -> None:
    pixels = rgba(drawn(2))
    ramp = np.full((1, SIZE, SIZE, 4), 255, np.uint8)
    ramp[..., :3] = np.linspace(0, 255, SIZE).round()[:, None]
    text = base64.b64encode(np.concatenate([pixels, ramp]).tobytes()).decode()
    native, large = run(
        page,
        """const pixels = Uint8ClampedArray.from(atob(given), (character) => character.charCodeAt(0));
        const painted = (side, index) => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = side;
          paint(canvas, pixels, index);
          return text(canvas.getContext("2d").getImageData(0, 0, side, side).data);
        };
        return [painted(64, 1), painted(256, 2)];""",
        text,
    )
    assert np.array_equal(from_text(native)[0], pixels[1])
    row = np.frombuffer(base64.b64decode(large), np.uint8).reshape(256, 256, 4)[100, :, 0].astype(int)
    steps = np.diff(row)
    assert row[0] <= 2
    assert row[-1] >= 253
    assert steps.min() >= 0
    assert steps.max() <= 2  # 255 levels over 256 pixels; squares enlarged as they are would jump by four
