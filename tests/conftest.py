"""Pictures drawn by code: no test needs a photograph of anyone. And a Hub of our own: no test asks the real one."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

os.environ["HF_HUB_DISABLE_XET"] = "1"  # read when huggingface_hub is imported; Xet's servers cannot be imitated
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ.pop("HF_HUB_OFFLINE", None)

from tests.fake_hub.server import Hub
from tests.fake_hub.visiting import visit
from vae_models.hub.pull import Pulled, pull


def drawn_face(seed: int, size: int = 64) -> Image.Image:
    """An oval with eyes and a mouth in colours of `seed`, on a ground of another."""
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


def report_models() -> tuple[Pulled, ...]:
    """The four of the report, out of the ladder that is bundled."""
    return tuple(pulled for pulled in pull("bundled").models if pulled.name in ("ae", "vae", "beta-vae", "beta-tcvae"))


@pytest.fixture(scope="session")
def faces_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 60 drawn faces, 64 x 64."""
    folder = tmp_path_factory.mktemp("faces")
    for seed in range(60):
        drawn_face(seed).save(folder / f"{seed:03d}.png")
    return folder


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small tensors: a second thread costs more than it brings."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """An empty Hub that this process speaks to, as a person who may write to `lab` and `lab-org`; an empty cache."""
    with Hub() as hub:
        visit(monkeypatch, hub.url, tmp_path_factory.mktemp("huggingface"))
        yield hub
