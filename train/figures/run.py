"""`figures`: from models' folders to pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from matplotlib.figure import Figure
from torch import Tensor

from faces.align import align, find_faces
from faces.image import is_crop, read_picture, to_array, to_tensor
from train.commands import naming_run
from train.commands.figures import FiguresConfig
from train.figures import betas, curves, layout, samples, traversals
from vae_models.hub.pull import Pulled, pull


def run(config: FiguresConfig) -> str:
    """Draw; a line for each file, and one for each figure that these models do not give.

    Raises ValueError where one of the models cannot be loaded.
    """
    pulled = pull(*(str(folder) for folder in config.models)).all_of_them()
    models = tuple(scored(each, config) for each in pulled)
    config.output.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    with layout.typography(), _one_thread():
        for name, drawn in _pages(models, read_face(config.face), config):
            said += _saved(drawn, config.output, name)
    return "\n".join(said)


def scored(pulled: Pulled, config: FiguresConfig) -> Pulled:
    """A model with what its latents.json says, or what it would say."""
    naming = config.naming(pulled.folder) if pulled.folder and not pulled.names.best else None
    return pulled._replace(names=naming_run.find(naming)) if naming else pulled


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums in one order: a second thread moves a pixel here and there by a 255th, and the bytes of a file with it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _pages(models: tuple[Pulled, ...], face: Tensor, config: FiguresConfig) -> Iterator[tuple[str, Figure | None]]:
    named = any(pulled.names.best for pulled in models)
    yield "fig1-traversals", traversals.draw(models, face, config.features) if named else None
    yield "fig2-samples", samples.draw(models, config.seed)
    yield "fig3-betas", betas.draw(models, face)
    yield "distortion-rate", curves.draw(models)


MISSING = {
    "fig1-traversals": "no model has a latents.json: python -m train name-latents, or --data and --attributes",
    "fig3-betas": "none of these models is a beta-VAE or a beta-TCVAE",
    "distortion-rate": "none of these models is a beta-VAE or a beta-TCVAE",
}


def _saved(drawn: Figure | None, folder: Path, name: str) -> list[str]:
    if drawn is None:
        return [f"{name} was left out: {MISSING[name]}"]
    return [f"{file}: {file.stat().st_size / 1e3:.0f} kB" for file in layout.save(drawn, folder, name)]


def read_face(file: Path) -> Tensor:
    """A portrait as the models see faces: aligned, or as it is where it has 64 x 64 pixels already. (1, 3, 64, 64)

    Raises PictureError, one sentence, where there is no face to be seen.
    """
    picture = read_picture(file)
    return to_tensor(to_array(picture if is_crop(picture) else align(picture, find_faces(picture)[0]))[None])
