"""Loss and gradient of a batch that several processes share.

A program, so that its processes need no pytest: python gloo.py RANK PROCESSES FOLDER
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
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
from train.data.cache import CachedImages
from train.run import distributed, setup
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.autoencoder import Forward
from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.objective import beta_tcvae

ROOT = Path(__file__).parents[3]
BATCH, DIM, N = 16, 4, 100


class Result(NamedTuple):
    """Loss and gradient of one process's part of the batch."""

    loss: Tensor
    gradient: list[Tensor]


Case = tuple[str, torch.dtype, Estimator]  # variables of the gradient, precision, estimator


def run_alone(case: Case) -> Result:
    """Compute the whole batch in this process."""
    return _compute(case, slice(0, BATCH))


def run_together(processes: int, folder: Path) -> list[dict[Case, Result]]:
    """Compute every case in several processes, each for its part of the batch."""
    # as a launcher sets it; the port is not used, because the processes meet at a file
    environment = {**os.environ, "WORLD_SIZE": str(processes), "MASTER_ADDR": "localhost", "MASTER_PORT": "0"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, __file__]
    running = [
        subprocess.Popen(
            [*command, str(rank), str(processes), str(folder)],
            env={**environment, "RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(processes)
    ]
    assert [process.wait(timeout=300) for process in running] == [0] * processes
    results = [torch.load(folder / f"{rank}.pt") for rank in range(processes)]
    return [{case: Result(*parts) for case, parts in result.items()} for result in results]


def main(rank: int, processes: int, folder: Path) -> None:
    """Compute every case in one of the processes."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=processes)
    share = BATCH // processes
    part = slice(rank * share, (rank + 1) * share)
    torch.save({case: tuple(_compute(case, part)) for case in CASES}, folder / f"{rank}.pt")
    dist.destroy_process_group()


def make_run(**settings: Any) -> loop.Run:
    """Prepare a run of a tiny network on images of noise for its first step."""
    small = {"width": 4, "latent_dim": DIM, "batch_size": BATCH, "steps": 1, "learning_rate": 1.0}
    config = TrainConfig(**{"recipe": "vae", "data": Path("noise"), **small, **settings})
    accelerator = Accelerator(cpu=True)
    set_seed(config.seed)
    model, optimizer = setup.prepare(setup.build(config, 3), config, accelerator)
    pixels = np.random.default_rng(0).integers(0, 256, (N, 64, 64, 3), dtype=np.uint8)
    return loop.Run(config, accelerator, model, optimizer, CachedImages(pixels, (), (), "centre"), 1)


def codes(part: slice, dtype: torch.dtype, objective: Objective) -> Result:
    """Differentiate the loss of `part` by the outputs of the network."""
    generator = torch.Generator().manual_seed(0)
    x, logits = torch.randn(2, BATCH, 3, 4, 4, generator=generator, dtype=torch.float64)
    mean, logvar, noise = torch.randn(3, BATCH, DIM, generator=generator, dtype=torch.float64)
    x, logits, mean, logvar, noise = (batch[part].to(dtype) for batch in (x, logits, mean, logvar, noise))
    leaves = [leaf.requires_grad_() for leaf in (logits, mean, logvar)]
    posterior = DiagonalGaussian(mean, logvar)
    z = mean + (0.5 * logvar).exp() * noise
    out = Forward(posterior, z, logits, torch.sigmoid(logits))
    return _differentiate(x, out, objective, leaves)


def network(part: slice, dtype: torch.dtype, objective: Objective) -> Result:
    """Differentiate the loss of `part` by the weights, with several processes through DistributedDataParallel."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=DIM)).to(dtype)
    freeze_statistics(model)
    x = torch.rand(BATCH, 3, 64, 64, dtype=torch.float64)[part].to(dtype)
    leaves = list(model.parameters())
    wrapped = nn.parallel.DistributedDataParallel(model) if dist.is_initialized() else model
    with patch.object(DiagonalGaussian, "sample", sampler_for(part)):
        return _differentiate(x, wrapped(x), objective, leaves)


def step(part: slice, dtype: torch.dtype, objective: Objective) -> Result:
    """Take the trainer's own step; return its loss and the change of the weights at learning rate 1."""
    assert dtype == torch.float32, "the trainer's"
    return _take_step(make_run(recipe="beta-tcvae", tc_estimator=objective.tc_estimator, beta=objective.tc + 1), part)


def dial_step(part: slice, dtype: torch.dtype, objective: Objective) -> Result:  # noqa: ARG001 (as the other cases)
    """Take the trainer's own step of one network for every beta, with the whole dial open."""
    return _take_step(make_run(recipe="beta-dial"), part)


def tc_dial_step(part: slice, dtype: torch.dtype, objective: Objective) -> Result:
    """Take the trainer's own step of one network for every beta of a beta-TCVAE, in the middle of the dial."""
    assert dtype == torch.float32, "the trainer's"
    run = make_run(recipe="beta-tc-dial", tc_estimator=objective.tc_estimator)
    with patch("train.run.conditions.step_beta", return_value=7.0):
        return _take_step(run, part)


def _take_step(run: loop.Run, part: slice) -> Result:
    """Return the loss of a step and the change of the weights at learning rate 1."""
    freeze_statistics(run.network)
    before = [parameter.detach().clone() for parameter in run.network.parameters()]
    run = replace(run, optimizer=torch.optim.SGD(run.network.parameters(), lr=1.0))
    with patch.object(DiagonalGaussian, "sample", sampler_for(part)):
        losses = loop.train_step(run, 0)
    after = run.network.parameters()
    return Result(losses["loss"], [a - b.detach() for a, b in zip(before, after, strict=True)])


def freeze_statistics(model: nn.Module) -> None:
    """Give BatchNorm fixed statistics, independent of the batch."""
    generator = torch.Generator().manual_seed(1)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            layer.running_mean.copy_(0.1 * torch.randn(layer.num_features, generator=generator))
            layer.running_var.copy_(0.5 + torch.rand(layer.num_features, generator=generator))
            layer.eval()


def sampler_for(part: slice) -> Callable[[DiagonalGaussian], Tensor]:
    """Sample with the noise that one process would have drawn for the whole batch."""
    noise = torch.randn(BATCH, DIM, generator=torch.Generator().manual_seed(2), dtype=torch.float64)[part]

    def sample(posterior: DiagonalGaussian, _: torch.Generator | None = None) -> Tensor:
        return posterior.mean + (0.5 * posterior.logvar).exp() * noise.to(posterior.mean.dtype)

    return sample


def _differentiate(x: Tensor, out: Forward, objective: Objective, leaves: Sequence[Tensor]) -> Result:
    assert isinstance(out.posterior, DiagonalGaussian)
    global_posterior = distributed.all_gather_posteriors(out.posterior)
    loss = objective(objective.terms(x, out, dataset_size=N, global_posterior=global_posterior))
    loss.backward()
    return Result(loss.detach(), [leaf.grad for leaf in leaves if leaf.grad is not None])


VARIABLES: dict[str, Callable[[slice, torch.dtype, Objective], Result]] = {
    "codes": codes,
    "weights": network,
    "step": step,
    "dial": dial_step,
    "tc dial": tc_dial_step,
}
ESTIMATORS: tuple[Estimator, ...] = ("mws", "mss")
CASES: tuple[Case, ...] = tuple(
    (variables, dtype, estimator)
    for variables in VARIABLES
    for dtype in ((torch.float32,) if variables in ("step", "dial", "tc dial") else (torch.float64, torch.float32))
    for estimator in (ESTIMATORS[:1] if variables == "dial" else ESTIMATORS)
)


def _compute(case: Case, part: slice) -> Result:
    variables, dtype, estimator = case
    return VARIABLES[variables](part, dtype, beta_tcvae(20.0, estimator))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
