"""Drawn faces instead of photographs of people, a fake Hub instead of the real one, the running app, and Chromium."""

import gc
import os
import random
import re
import shutil
import ssl
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from vae_models import environment
from vae_models.machine import available_cores

environment.disable_telemetry()  # of gradio_client and onnxruntime, for example
environment.bypass_proxies(*environment.LOOPBACK)  # to the tests' own servers
os.environ["HF_HUB_DISABLE_XET"] = "1"  # read when huggingface_hub is imported; the fake Hub has no Xet servers
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ.pop("HF_HUB_OFFLINE", None)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",  # a camera that shows a moving pattern,
    "--use-fake-ui-for-media-stream",  # and a visitor who allows it
]
BROWSER_PATIENCE = 120_000.0  # milliseconds that tests wait for something in Chromium: machines of CI are slow

if TYPE_CHECKING:  # torch takes seconds, and the process that distributes the tests does not need it
    from playwright.sync_api import Browser

    from tests.fake_hub.server import Hub
    from vae_models.hub.pull import Pulled


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use up to four processes for the whole suite, and none for the files or folders of a command line.

    Each process needs seconds to start.
    """
    return 0 if config.option.file_or_dir else min(available_cores(), 4)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out `tests/fuzz` where its marker is deselected: hypothesis alone takes a second to import."""
    expression = config.getoption("markexpr")
    return True if collection_path.name == "fuzz" and re.search(r"not .*\bprocesses\b", expression) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import the tests without the garbage collector, and keep it from the imported modules afterwards.

    Nothing of a million objects can be freed, but to traverse them takes half a second, and it would happen often.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def draw_face(seed: int, size: int = 64) -> Image.Image:
    """Draw an oval with eyes and a mouth; `seed` determines the colours and the position."""
    draw = random.Random(seed)
    colour = [tuple(draw.randrange(256) for _ in range(3)) for _ in range(3)]
    face = Image.new("RGB", (size, size), colour[0])
    pen, unit = ImageDraw.Draw(face), size / 64
    shift = draw.uniform(-6, 6) * unit
    pen.ellipse((14 * unit + shift, 6 * unit, 50 * unit + shift, 60 * unit), fill=colour[1])
    for left in (22, 37):
        pen.ellipse((left * unit + shift, 26 * unit, (left + 6) * unit + shift, 32 * unit), fill=colour[2])
    pen.arc((24 * unit + shift, 38 * unit, 42 * unit + shift, 50 * unit), 10, 170, fill=colour[2], width=2)
    return face


@cache
def bundled_models() -> "tuple[Pulled, ...]":
    """Return the bundled models; no test may change them."""
    import torch

    from vae_models.hub.pull import pull

    with torch.inference_mode(False):  # a test inside inference_mode would leave weights that no other can use
        return pull("bundled").models


def report_models() -> "tuple[Pulled, ...]":
    """Return the report's four models from the bundled ones."""
    return tuple(pulled for pulled in bundled_models() if pulled.name in ("ae", "vae", "beta-vae", "beta-tcvae"))


@pytest.fixture(scope="session")
def faces_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 60 drawn faces, 64 x 64."""
    folder = tmp_path_factory.mktemp("faces")
    for seed in range(60):
        draw_face(seed).save(folder / f"{seed:03d}.png")
    return folder


@pytest.fixture(scope="session")
def faces_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache for decoded images that tests share: `faces_folder` is decoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", autouse=True)
def _no_fsync() -> Iterator[None]:
    """Let the system write files when it likes: no test cuts the power, and a disk takes milliseconds each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _certificates_once() -> Iterator[None]:
    """Load certificates once: every new HTTP client would spend 30 ms on them, and no test needs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Use one thread: for small tensors a second one costs more than it gains, and tests run in several processes."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium; the tests that ask for it are skipped where there is none."""
    from playwright.sync_api import expect, sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    expect.set_options(timeout=BROWSER_PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=CHROMIUM_FLAGS,
        )
        started.on("context", lambda context: context.set_default_timeout(BROWSER_PATIENCE))
        yield started


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Hub]":
    """Run an empty fake Hub, with an empty cache, as a user who may write to `lab` and `lab-org`."""
    from tests.fake_hub.client import connect
    from tests.fake_hub.server import Hub
    from vae_models.hub import watchdog

    monkeypatch.setattr(watchdog, "PATIENCE", 60.0)  # a busy machine is no Hub that has stopped
    with Hub() as hub:
        connect(monkeypatch, hub.url, tmp_path_factory.mktemp("huggingface"))
        yield hub


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the app has its folder of uploads."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="session")
def address(uploads: Path) -> Iterator[str]:
    """Start the app as a user starts it, and return the address of its page."""
    from benchmarks.running_app import running_app

    with running_app(variables={"GRADIO_TEMP_DIR": str(uploads)}) as app:
        yield app.address
