"""The training loop: from settings to trained weights, through checkpoints."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn

from train.config import TrainConfig
from train.data import device
from train.data.device import Resident
from train.data.load import load_splits
from train.data.pictures import Pictures
from train.run import checkpoint, distributed, finalize, finite, occupied, previews, progress, resume, setup, tracking
from train.run.checkpoint_files import State
from train.run.metrics_log import LOG_EVERY, MetricsFile
from train.run.schedule import batch_rows, learning_rate
from train.run.signals import Interrupted, agreed, stop_signals
from vae_models import Autoencoder
from vae_models.machine import keep_freed_memory


@dataclass(frozen=True)
class Run:
    """What a step needs."""

    config: TrainConfig
    accelerator: Accelerator
    model: nn.Module  # prepared: gradients take its forward alone
    optimizer: torch.optim.Optimizer
    faces: Pictures | Resident
    steps: int
    validation: Pictures | None = None  # whose reconstructions are drawn as the model learns

    @property
    def network(self) -> Autoencoder:
        """The model without Accelerate's wrapping: weights, encode and decode, no gradients."""
        return self.accelerator.unwrap_model(self.model)


def train(config: TrainConfig) -> Path:
    """Train, evaluate and save; returns the result folder.

    Raises ValueError for data or settings that cannot be trained with, FileExistsError where the folder holds another
    run or another process trains in it, FloatingPointError where the loss is no longer finite, Interrupted after Ctrl-C
    or SIGTERM.
    """
    folder = config.folder()
    _require_free(folder, config.resume)
    tracking.require_package(config.track)
    # told so, or it would let the processes of a launcher train on CPUs without knowing of each other
    on_cpu = not torch.accelerator.is_available()
    accelerator = Accelerator(
        cpu=on_cpu, mixed_precision=config.mixed_precision, log_with=config.track, project_dir=folder
    )
    config = replace(config, mixed_precision=accelerator.mixed_precision)
    if accelerator.device.type == "cpu":
        keep_freed_memory()
    setup.require_whole_batch(config, accelerator)
    faces, validation = load_splits(config.data, config.val, config.reading())  # one process decodes, the others wait
    config.require_fitting(faces)
    steps = config.total_steps(len(faces))
    if config.resume and resume.is_done(config, _made_with(config, accelerator, len(faces), steps), steps):
        accelerator.print(f"{folder} holds the result of all {steps} steps: nothing is left to do")
        accelerator.end_training()
        return folder
    set_seed(config.seed)
    model, optimizer = setup.prepare(Autoencoder(config.network(faces.channels)), config, accelerator)
    held = device.where_it_fits(faces, accelerator.device)
    run = Run(config, accelerator, model, optimizer, held, steps, validation)
    set_seed(config.seed, device_specific=True)  # each process draws its own noise
    folder.mkdir(parents=True, exist_ok=True)
    with occupied.by(accelerator, folder):
        run_steps(run)
        if accelerator.is_main_process:
            finalize.write(run.network, config, faces, validation, steps)
    accelerator.end_training()
    return folder


def _require_free(folder: Path, resume: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file: --output takes a folder")
    used = (folder / finalize.RECORD).exists() or checkpoint.found(folder / checkpoint.FOLDER)
    if used and not resume:
        raise FileExistsError(f"{folder} holds another run: continue it with --resume, or choose another --output")


def _made_with(config: TrainConfig, accelerator: Accelerator, pictures: int, steps: int) -> dict[str, Any]:
    return resume.stamp(config, processes=accelerator.num_processes, pictures=pictures, steps=steps)


class Due(NamedTuple):
    """What follows a step."""

    line: bool  # of metrics.jsonl
    pictures: bool
    checkpoint: bool

    @classmethod
    def after(cls, run: Run, done: int) -> "Due":
        last = done == run.steps
        every = (LOG_EVERY, len(run.faces) // run.config.batch_size, run.config.checkpoint_every)
        return cls(*(last or done % steps == 0 for steps in every))


def run_steps(run: Run) -> None:
    """All steps from the newest checkpoint, or the first, to the last."""
    config, accelerator, folder = run.config, run.accelerator, run.config.folder()
    checkpoints = folder / checkpoint.FOLDER
    made_with = _made_with(config, accelerator, len(run.faces), run.steps)
    state = checkpoint.load(accelerator, checkpoints, made_with) if config.resume else State()
    resume.require_ahead(folder, state.step, run.steps)
    name = state.tracking or tracking.new_name(config)
    metrics = MetricsFile(accelerator, folder, state.step, state.rows)
    if accelerator.is_main_process:
        previews.forget_after(folder, state.step)
    run.model.train()
    with (
        stop_signals() as stopped,
        progress.bar(config, accelerator, state.step, run.steps) as shown,
        tracking.started(accelerator, config, name, state.step, resume.settings(config)),
    ):
        for step in range(state.step, run.steps):
            metrics.add(_step(run, step))
            shown.update(config.batch_size)
            done = step + 1
            due = Due.after(run, done)
            stop = agreed(accelerator, stopped, ask=due.line)
            if any(due) or stop:
                finite.require(metrics, run.network, run.optimizer, checkpoints, done)
            if due.line:
                progress.report(accelerator, shown, metrics.flush(done), done)
            if due.pictures and accelerator.is_main_process:
                picture = previews.draw(run.network, folder, done, run.validation)
                tracking.log_picture(accelerator, picture, done)
            if due.checkpoint or stop:
                metrics.sync()
                checkpoint.save(accelerator, checkpoints, State(done, made_with, metrics.rows(), name))
            if stop:
                raise Interrupted(f"stopped after step {done}: the same command with --resume continues", stop)


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
    whole = distributed.of_all_processes(out.posterior) if objective.tc else None
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
