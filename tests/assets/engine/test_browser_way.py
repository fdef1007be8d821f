"""The browser's way: it sends nothing, and its answers are the server's."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Route

from benchmarks.engine_page import ROOT, WEIGHTS, EnginePage
from faces.image import to_picture, to_tensor
from metrics.reconstruction import mse
from server.analysis import scoring
from server.analysis.typicality import score_typicality
from server.picture_input import to_batch
from server.render.sheets import draw_error_map
from tests.assets.engine.conftest import Visit, drawn_crop, drawn_rgba, open_visit, pack, portrait, unpack
from tests.conftest import bundled_models
from vae_models.hub.pull import Pulled

pytestmark = pytest.mark.browser

RECONSTRUCT = "reconstruct(file(argument))"
ALL = "Promise.all(models.map(({name}) => engine.reconstruct(name, crop(argument[0]), argument[1])))"


class Finished:
    """A visit with two photographs, and what was requested for each."""

    def __init__(self, visit: Visit, served: EnginePage) -> None:
        self.visit = visit
        self.first = visit.ask(RECONSTRUCT, pack(portrait()))
        self.first_urls, before = list(visit.urls), len(served.requests)
        self.second = visit.ask(RECONSTRUCT, pack(portrait(700)))
        self.later_urls = visit.urls[len(self.first_urls) :]
        self.later_requests = served.requests[before:]


@pytest.fixture(scope="module")
def finished(browser: Browser, served: EnginePage) -> Iterator[Finished]:
    """Send two photographs through all models."""
    with open_visit(browser, served.address) as visit:
        yield Finished(visit, served)
        assert not visit.errors


@pytest.fixture(scope="module")
def visit(finished: Finished) -> Visit:
    """Return a page that has loaded all models."""
    return finished.visit


@pytest.fixture(scope="module", params=[0.0, 0.2], ids=["plain", "noisy"])
def noise(request: pytest.FixtureRequest) -> float:
    """Return a standard deviation."""
    return float(request.param)


@pytest.fixture(scope="module")
def answers(visit: Visit, noise: float) -> dict[str, Any]:
    """Reconstruct a drawn crop by all models in the browser."""
    found = visit.ask(ALL, [drawn_rgba(), {"noise": noise}])
    return {answer["model"]: answer for answer in found}


def on_server(pulled: Pulled, noise: float) -> scoring.Reconstructed:
    """Reconstruct the same crop on the server."""
    face = to_batch(drawn_crop())
    return scoring.reconstruct(pulled, face, scoring.add_noise(face, noise))


def test_a_visit_with_two_photographs_only_loads_files(finished: Finished, served: EnginePage) -> None:
    assert not finished.visit.bodies
    assert {request.method for request in served.requests} == {"GET"}
    assert all(url.startswith((served.address, "data:", "blob:")) for url in finished.visit.urls)
    assert not [url for url in finished.visit.urls if "?" in url or "gradio" in url]
    assert len(finished.first["reconstructions"]) == len(finished.second["reconstructions"]) == 8


def test_a_second_photograph_makes_no_request(finished: Finished) -> None:
    assert not finished.later_urls
    assert not finished.later_requests


def test_a_visit_leaves_nothing_in_the_storage(visit: Visit) -> None:
    assert visit.ask("Promise.all([localStorage.length, sessionStorage.length, caches.keys()])") == [0, 0, []]


def test_no_file_is_loaded_twice_for_the_worker(finished: Finished) -> None:
    large = [url for url in finished.first_urls if url.endswith((".onnx", ".gz"))]
    assert len(large) == len(set(large)) == 2 * 8 + 2 + 1


def test_the_progress_of_a_file_ends_with_its_size(visit: Visit) -> None:
    last = {report["file"]: report for report in visit.ask("progress")}
    files = {url.rpartition("/models/")[2]: report for url, report in last.items() if "/models/" in url}
    sizes = {name: (WEIGHTS / name).stat().st_size for name in files}
    assert len(files) == 16
    assert {name: (report["loaded"], report["total"]) for name, report in files.items()} == {
        name: (size, size) for name, size in sizes.items()
    }


def test_codes_and_pictures_are_the_servers(answers: dict[str, Any], noise: float) -> None:
    for pulled in bundled_models():
        here, there = answers[pulled.name], on_server(pulled, noise)
        code = scoring.describe_code(there.posterior)
        assert here["code"]["mean"] == pytest.approx(code["mean"], abs=1e-3)
        assert (here["code"]["logvar"] is None) == (code["logvar"] is None)
        assert np.allclose(here["code"]["logvar"] or 0, code["logvar"] or 0, atol=1e-3)
        for name, picture in (("pixels", to_picture(there.picture[0])), ("errors", draw_error_map(there))):
            difference = unpack(here[name])[0].astype(int) - np.asarray(picture)
            assert abs(difference).max() <= (1 if name == "pixels" else 3)


def test_scores_are_the_servers_to_a_tenth_of_the_last_digit(answers: dict[str, Any], noise: float) -> None:
    for pulled in bundled_models():
        here, there = answers[pulled.name]["scores"], on_server(pulled, noise).scores
        for name, expected, digit in (
            ("squaredError", there.squared_error, 0.1),
            ("mse", there.mse, 1e-4),
            ("psnr", there.psnr, 0.1),
            ("ssim", there.ssim, 1e-3),
            ("kl", there.kl, 0.1),
        ):
            assert here[name] == (None if expected is None else pytest.approx(expected, abs=digit / 10))
        assert here["activeDimensions"] == there.active_dimensions


def test_typicality_is_the_servers_to_a_tenth_of_the_last_digit(visit: Visit, noise: float) -> None:
    script = "engine.typicality(crop(argument[0]), argument[1])"
    here = visit.ask(script, [drawn_rgba(), {"noise": noise}])
    face = to_batch(drawn_crop())
    vae = next(pulled for pulled in bundled_models() if pulled.name == "vae")
    there = score_typicality(vae, scoring.add_noise(face, noise))
    for name, standing in (("negativeElbo", there.negative_elbo), ("unexplained", there.unexplained)):
        assert here[name]["shareBelow"] == pytest.approx(standing.share_below, abs=1e-3)
    assert here["negativeElbo"]["value"] == pytest.approx(there.negative_elbo.value, abs=0.1)
    assert here["unexplained"]["value"] == pytest.approx(there.unexplained.value, abs=1e-3)


def test_many_codes_are_decoded_at_once(visit: Visit) -> None:
    codes = torch.randn(5, 32, generator=torch.Generator().manual_seed(1))
    pixels = visit.ask("engine.decode('vae', Float32Array.from(argument))", codes.flatten().tolist())
    vae = next(pulled for pulled in bundled_models() if pulled.name == "vae")
    with torch.inference_mode():
        faces = vae.model.decode(codes)
    assert (mse(to_tensor(unpack(pixels)), faces) < 1e-5).all()


def test_many_requests_at_once_get_the_answers_of_single_ones(visit: Visit) -> None:
    script = """(async () => {
      const pixels = crop(argument);
      const single = [];
      for (const {name} of models) single.push((await engine.encode(name, pixels)).mean);
      const names = [...models, ...models, ...models].map(({name}) => name);
      const together = await Promise.all(names.map(name => engine.encode(name, pixels)));
      return together.every(({mean}, i) => mean.every((value, j) => value === single[i % models.length][j]));
    })()"""
    assert visit.ask(script, drawn_rgba())
    assert visit.ask("models.map(({name}) => engine.way(name).way)") == ["browser"] * 8


# while the first request runs, the others arrive
BUSY = "engine.reconstruct('vae', new Uint8ClampedArray(16384));"
NAMES = "all => all.map(({status, reason}) => reason?.name ?? status)"


def test_a_newer_request_of_a_key_replaces_those_that_wait(visit: Visit) -> None:
    script = f"""(() => {{
      {BUSY}
      const ask = key => engine.decode('vae', new Float32Array(32), {{key}});
      return Promise.allSettled(["a", "b", "a", undefined, "a", "b"].map(ask)).then({NAMES});
    }})()"""
    assert visit.ask(script) == ["AbortError", "AbortError", "AbortError", "fulfilled", "fulfilled", "fulfilled"]


def test_an_aborted_request_rejects(visit: Visit) -> None:
    script = f"""(() => {{
      {BUSY}
      const controller = new AbortController();
      const ask = signal => engine.decode('vae', new Float32Array(32), {{signal}});
      const asked = [undefined, controller.signal, undefined].map(ask);
      controller.abort();
      return Promise.allSettled([...asked, ask(controller.signal)]).then({NAMES});
    }})()"""
    assert visit.ask(script) == ["fulfilled", "AbortError", "fulfilled", "AbortError"]


def test_the_page_is_never_blocked_while_all_models_run(visit: Visit) -> None:
    script = """(async () => {
      const long = [];
      const observer = new PerformanceObserver(list => long.push(...list.getEntries().map(entry => entry.duration)));
      observer.observe({type: "longtask"});
      const photo = file(argument);
      await new Promise(next => setTimeout(next)); // the file itself is made on the page
      long.length = observer.takeRecords().length && 0;
      await engine.align(await engine.find(photo)).then(crop =>
        Promise.all(models.map(({name}) => engine.reconstruct(name, crop))));
      return long.concat(observer.takeRecords().map(entry => entry.duration));
    })()"""
    assert max(visit.ask(script, pack(portrait())), default=0) <= 200


def test_a_picture_without_a_face_says_so_and_can_be_cut(visit: Visit) -> None:
    script = """(async () => {
      const photo = await fetch(argument).then(answer => answer.blob());
      const error = await engine.find(photo).catch(error => error);
      const [middle, chosen] = [await engine.cut(photo), await engine.cut(photo, {x: 32, y: 40, side: 64})];
      return [error.name, error.message, middle.length, chosen.length];
    })()"""
    name, message, middle, chosen = visit.ask(script, "assets/icon.png")
    assert (name, middle, chosen) == ("NoFaceFound", 16_384, 16_384)
    assert message.startswith("No face was found in this picture")


def test_a_model_that_failed_to_load_is_loaded_by_the_next_request(browser: Browser, served: EnginePage) -> None:
    with open_visit(browser, served.address) as visit:
        failures: list[str] = []

        def fail_once(route: Route) -> None:
            if failures:
                route.continue_()
            else:
                failures.append(route.request.url)
                route.abort()

        visit.page.context.route("**/models/vae/decoder.onnx", fail_once)
        decode = "engine.decode('vae', new Float32Array(32)).then(face => face.length, error => error.message)"
        assert visit.ask(decode) == "decoder.onnx could not be loaded. Check the connection and try again."
        assert visit.ask(decode) == 16_384
        assert len(failures) == 1


def test_a_runtime_that_cannot_be_compiled_gives_a_sentence(browser: Browser, served: EnginePage) -> None:
    with browser.new_context() as context:
        context.route("**/*.wasm.gz", lambda route: route.fulfill(body=b"no wasm"))
        visit = Visit(context.new_page())
        visit.open(served.address)
        script = "engine.encode('vae', new Uint8ClampedArray(16384)).catch(error => [error.name, error.message])"
        assert visit.ask(script) == ["OpenFailure", "This browser could not open the model."]


def test_the_portrait_of_the_project_is_found(visit: Visit) -> None:
    path = (ROOT / "assets" / "examples" / "astronaut.png").read_bytes()
    found = visit.ask("engine.find(file(argument))", pack(path))
    assert (found["width"], found["height"], len(found["faces"]), found["more"]) == (131, 131, 1, 0)
