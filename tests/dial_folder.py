"""A folder with one network for every beta that nobody has trained: in form like those of a run."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from train.onnx.export import draw_graphs
from vae_models import Dial, DialConfig
from vae_models.catalogue import DIALS
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER, PulledDial, pull

CURVE = {"beta": [1.0, 5.0, 50.0], "distortion": [160.0, 200.0, 390.0], "squared_error": [150.0, 190.0, 380.0]}
CURVE |= {"kl": [31.0, 16.0, 3.0], "active_units": [3, 2, 1], "gaussian_total_correlation": [0.5, 0.2, 0.1]}


@torch.no_grad()
def build_dial(config: DialConfig) -> Dial:
    """Build a dial with the weights of a seed, whose codes and faces differ visibly between faces and between betas.

    Beta turns its heads, too, which a new dial leaves alone.
    """
    torch.manual_seed(0)
    dial = Dial(config)
    for film in (dial.mean, dial.logvar):
        film.linear.weight.normal_(std=0.1)
    for layer in dial.autoencoder.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            layer.weight.mul_(3)
    dial.round_kernels(torch.float16)
    return dial.eval()


def write_dial(folder: Path, recipe: str = "beta-dial", *, channels: int = 3, onnx: bool = False) -> Dial:
    """Write a small dial with 32 numbers in its codes, and a record as a run on CelebA writes it."""
    dial = build_dial(DialConfig(width=2, channels=channels, highest_beta=DIALS[recipe].highest_beta))
    dial.save_pretrained(folder)
    (folder / "README.md").unlink()
    vae = TrainingRecord.read(BUNDLED_FOLDER / "vae")
    curve = {"data": {"pictures": 4}, **CURVE}
    replace(vae, recipe=recipe, attributes=None, curve=curve).write(folder)
    assert (folder / RECORD).is_file()
    if onnx:
        for name, content in draw_graphs(dial).items():
            (folder / name).write_bytes(content)
    return dial


def load_dials(folder: Path) -> tuple[PulledDial, ...]:
    """Load the dials in a folder; beside them `pull` needs a model of one beta, here the bundled VAE."""
    return pull(str(BUNDLED_FOLDER / "vae"), str(folder)).dials
