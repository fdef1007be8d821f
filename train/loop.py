"""The training loop: from settings to trained weights, through checkpoints."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn
from tqdm import tqdm

from train import checkpoint, columns, engine, resident, result
from train.config import TrainConfig
from train.data.cache import Faces
from train.data.splits import load_splits
from train.interrupt import Interrupted, stop_signals
from train.metrics_file import LOG_EVERY, MetricsFile
from train.resident import Resident
from train.schedule import batch_rows, learning_rate
from vae_models import Autoencoder
from vae_models.memory import keep_freed_memory

CHECKPOINTS = "checkpoints"
SAMPLES = 64  # codes of the sample grids
MAY_CHANGE = {
    "data",
    "val",
    "output",
    "cache",
    "epochs",
    "steps",
    "checkpoint_every",
    "resume",
    "weights",
    "data_note",
    "compile",
}


@dataclass(frozen=True)
class Run:
    """What a step needs."""

    config: TrainConfig
    accelerator: Accelerator
    model: nn.Module  # prepared: gradients take its forward alone
    optimizer: torch.optim.Optimizer
    faces: Faces | Resident
    steps: int

    @property
    def network(self) -> Autoencoder:
        """The model without Accelerate's wrapping: weights, encode and decode, no gradients."""
        return self.accelerator.unwrap_model(self.model)


def train(config: TrainConfig) -> Path:
    """Train, evaluate and save; returns the result folder.

    Raises ValueError for data or settings that cannot be trained with, FileExistsError where the folder holds another
    run, FloatingPointError where the loss is no longer finite, Interrupted after Ctrl-C or SIGTERM.
    """
    folder = config.folder()
    _require_free(folder, config.resume)
    # told so, or it would let the processes of a launcher train on CPUs without knowing of each other
    accelerator = Accelerator(cpu=not torch.accelerator.is_available(), mixed_precision=config.mixed_precision)
    config = replace(config, mixed_precision=accelerator.mixed_precision)
    if accelerator.device.type == "cpu":
        keep_freed_memory()
    engine.require_whole_batch(config, accelerator)
    # the first of all decodes, then the first of every node that does not share its disk; the others find the cache
    with accelerator.main_process_first(), accelerator.local_main_process_first():
        faces, validation = load_splits(config.data, config.val, crop=config.crop, folder=config.cache)
    steps = config.total_steps(len(faces))
    set_seed(config.seed)
    model, optimizer = engine.prepare(Autoencoder(config.network()), config, accelerator)
    run = Run(config, accelerator, model, optimizer, resident.where_it_fits(faces, accelerator.device), steps)
    set_seed(config.seed, device_specific=True)  # each process draws its own noise
    folder.mkdir(parents=True, exist_ok=True)
    run_steps(run)
    if accelerator.is_main_process:
        result.write(run.network, config, faces, validation, steps)
    accelerator.end_training()
    return folder


def _require_free(folder: Path, resume: bool) -> None:
    used = (folder / result.RECORD).exists() or checkpoint.found(folder / CHECKPOINTS)
    if used and not resume:
        raise FileExistsError(f"{folder} holds another run: continue it with --resume, or choose another --output")


def _settings(config: TrainConfig) -> dict[str, Any]:
    return {name: value for name, value in asdict(config).items() if name not in MAY_CHANGE}


def run_steps(run: Run) -> None:
    """All steps from the newest checkpoint, or the first, to the last."""
    config, accelerator = run.config, run.accelerator
    checkpoints, settings = config.folder() / CHECKPOINTS, _settings(config)
    first = checkpoint.load(accelerator, checkpoints, settings) if config.resume else 0
    per_epoch = len(run.faces) // config.batch_size
    metrics = MetricsFile(config.folder(), first, write=accelerator.is_main_process)
    run.model.train()
    with stop_signals() as stopped, _progress(run, first) as progress:
        for step in range(first, run.steps):
            losses = _step(run, step)
            done = step + 1
            metrics.add(losses)
            progress.update(config.batch_size)
            if done % LOG_EVERY == 0 or done == run.steps:
                progress.set_postfix(metrics.flush(done))
            if accelerator.is_main_process and (done % per_epoch == 0 or done == run.steps):
                _draw_samples(run, done)
            # every process stops at the same step
            if stopped:
                accelerator.set_trigger()
            stop = accelerator.check_trigger() if accelerator.num_processes > 1 else bool(stopped)
            if stop or done % config.checkpoint_every == 0 or done == run.steps:
                metrics.require_finite(losses, done)
                checkpoint.save(accelerator, checkpoints, done, settings)
            if stop and done < run.steps:
                raise Interrupted(f"stopped after step {done}: the same command with --resume continues")


def _step(run: Run, step: int) -> dict[str, Tensor]:
    """One batch: forward, backward, update. The loss and its terms, averaged over this process's pictures."""
    config, accelerator = run.config, run.accelerator
    share = config.batch_size // accelerator.num_processes  # one after the other: MSS knows pictures by their place
    rows = batch_rows(config, step, len(run.faces))[accelerator.process_index * share :][:share]
    x = run.faces.batch(rows, accelerator.device)
    if config.flips:
        x = torch.where(torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5, x.flip(3), x)
    for group in run.optimizer.param_groups:
        group["lr"] = learning_rate(config, step, run.steps)
    objective, out = config.objective(), run.model(x)
    whole = columns.of_all_processes(out.posterior) if objective.tc else None
    terms = objective.terms(x, out, dataset_size=len(run.faces), columns=whole)
    loss = objective(terms)
    accelerator.backward(loss)
    run.optimizer.step()
    run.optimizer.zero_grad()
    return {
        "loss": loss.detach(),
        "distortion": terms.distortion.detach().mean(),
        "kl": terms.kl.detach().sum(dim=1).mean(),
        "tc": terms.tc.detach(),
    }


def _draw_samples(run: Run, done: int) -> None:
    """The prior's pictures for one fixed noise, as samples/step-N.png."""
    folder = run.config.folder() / "samples"
    folder.mkdir(exist_ok=True)
    run.network.eval()
    result.sample_grid(run.network, SAMPLES).save(folder / f"step-{done:08d}.png")
    run.network.train()


def _progress(run: Run, first: int) -> tqdm:
    return tqdm(
        total=run.steps * run.config.batch_size,
        initial=first * run.config.batch_size,
        desc=run.config.recipe,
        unit=" images",
        unit_scale=True,
        disable=not run.accelerator.is_main_process,
    )
