"""Some processes that share a batch, and what the loss and its gradient come to in each of them.

A program of its own, so that no process needs pytest: python gloo.py RANK PROCESSES FOLDER
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
import torch
import torch.distributed as dist
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn

from train import loop
from train.config import TrainConfig
from train.data.cache import Faces
from train.run import distributed, setup
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.autoencoder import Forward
from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.objective import beta_tcvae

ROOT = Path(__file__).parents[3]
BATCH, DIM, N = 16, 4, 100


class Found(NamedTuple):
    """Of one process's part of the batch."""

    loss: Tensor
    gradient: list[Tensor]


Case = tuple[str, torch.dtype, Estimator]  # what is differentiated, in which precision, with which estimate


def alone(case: Case) -> Found:
    """What this process finds for the whole batch."""
    return _found(case, slice(0, BATCH))


def together(processes: int, folder: Path) -> list[dict[Case, Found]]:
    """What each of so many processes finds for its part, of every case."""
    # as a launcher says it; the port is never asked, they meet at a file
    told = {**os.environ, "WORLD_SIZE": str(processes), "MASTER_ADDR": "localhost", "MASTER_PORT": "0"}
    told["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, __file__]
    running = [
        subprocess.Popen(
            [*command, str(rank), str(processes), str(folder)], env={**told, "RANK": str(rank), "LOCAL_RANK": str(rank)}
        )
        for rank in range(processes)
    ]
    assert [process.wait(timeout=300) for process in running] == [0] * processes
    answers = [torch.load(folder / f"{rank}.pt") for rank in range(processes)]
    return [{case: Found(*found) for case, found in answer.items()} for answer in answers]


def main(rank: int, processes: int, folder: Path) -> None:
    """One of the processes."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=processes)
    share = BATCH // processes
    part = slice(rank * share, (rank + 1) * share)
    torch.save({case: tuple(_found(case, part)) for case in CASES}, folder / f"{rank}.pt")
    dist.destroy_process_group()


def drawn_run(**settings: Any) -> loop.Run:
    """A run of a network of almost nothing, ready for its first step, on noise for pictures."""
    small = {"width": 4, "latent_dim": DIM, "batch_size": BATCH, "steps": 1, "learning_rate": 1.0}
    config = TrainConfig(**{"recipe": "vae", "data": Path("noise"), **small, **settings})
    accelerator = Accelerator(cpu=True)
    set_seed(config.seed)
    model, optimizer = setup.prepare(Autoencoder(config.network()), config, accelerator)
    pixels = np.random.default_rng(0).integers(0, 256, (N, 64, 64, 3), dtype=np.uint8)
    return loop.Run(config, accelerator, model, optimizer, Faces(pixels, (), (), "centre"), 1)


def codes(part: slice, dtype: torch.dtype, objective: Objective) -> Found:
    """Loss of `part` as a function of what the network said of it."""
    generator = torch.Generator().manual_seed(0)
    x, logits = torch.randn(2, BATCH, 3, 4, 4, generator=generator, dtype=torch.float64)
    mean, logvar, noise = torch.randn(3, BATCH, DIM, generator=generator, dtype=torch.float64)
    x, logits, mean, logvar, noise = (whole[part].to(dtype) for whole in (x, logits, mean, logvar, noise))
    leaves = [leaf.requires_grad_() for leaf in (logits, mean, logvar)]
    posterior = DiagonalGaussian(mean, logvar)
    z = mean + (0.5 * logvar).exp() * noise
    out = Forward(posterior, z, logits, torch.sigmoid(logits))
    return _differentiated(x, out, objective, leaves)


def network(part: slice, dtype: torch.dtype, objective: Objective) -> Found:
    """Loss of `part` as a function of the weights, through DistributedDataParallel where there are processes."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=DIM)).to(dtype)
    freeze_statistics(model)
    x = torch.rand(BATCH, 3, 64, 64, dtype=torch.float64)[part].to(dtype)
    leaves = list(model.parameters())
    wrapped = nn.parallel.DistributedDataParallel(model) if dist.is_initialized() else model
    with patch.object(DiagonalGaussian, "sample", sampled_for(part)):
        return _differentiated(x, wrapped(x), objective, leaves)


def step(part: slice, dtype: torch.dtype, objective: Objective) -> Found:
    """The loss of the trainer's own step, and how it moves the weights at the rate 1."""
    assert dtype == torch.float32, "the trainer's"
    run = drawn_run(recipe="beta-tcvae", tc_estimator=objective.tc_estimator, beta=objective.tc + 1)
    freeze_statistics(run.network)
    before = [parameter.detach().clone() for parameter in run.network.parameters()]
    run = replace(run, optimizer=torch.optim.SGD(run.network.parameters(), lr=1.0))
    with patch.object(DiagonalGaussian, "sample", sampled_for(part)):
        losses = loop._step(run, 0)
    after = run.network.parameters()
    return Found(losses["loss"], [a - b.detach() for a, b in zip(before, after, strict=True)])


def freeze_statistics(model: nn.Module) -> None:
    """Let BatchNorm use statistics of its own instead of the pictures' in front of it."""
    generator = torch.Generator().manual_seed(1)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.copy_(0.1 * torch.randn(layer.num_features, generator=generator))
            layer.running_var.copy_(0.5 + torch.rand(layer.num_features, generator=generator))
            layer.eval()


def sampled_for(part: slice) -> Callable[[DiagonalGaussian], Tensor]:
    """Drawing with the noise that one process would have drawn for the whole batch."""
    noise = torch.randn(BATCH, DIM, generator=torch.Generator().manual_seed(2), dtype=torch.float64)[part]

    def sample(posterior: DiagonalGaussian, _: torch.Generator | None = None) -> Tensor:
        return posterior.mean + (0.5 * posterior.logvar).exp() * noise.to(posterior.mean.dtype)

    return sample


def _differentiated(x: Tensor, out: Forward, objective: Objective, leaves: list[Tensor]) -> Found:
    whole = distributed.of_all_processes(out.posterior)
    loss = objective(objective.terms(x, out, dataset_size=N, columns=whole))
    loss.backward()
    return Found(loss.detach(), [leaf.grad for leaf in leaves])


DIFFERENTIATED: dict[str, Callable[[slice, torch.dtype, Objective], Found]] = {
    "codes": codes,
    "weights": network,
    "step": step,
}
ESTIMATORS: tuple[Estimator, ...] = ("mws", "mss")
CASES: tuple[Case, ...] = tuple(
    (what, dtype, estimator)
    for what in DIFFERENTIATED
    for dtype in ((torch.float32,) if what == "step" else (torch.float64, torch.float32))
    for estimator in ESTIMATORS
)


def _found(case: Case, part: slice) -> Found:
    what, dtype, estimator = case
    return DIFFERENTIATED[what](part, dtype, beta_tcvae(20.0, estimator))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
