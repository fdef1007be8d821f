"""The training loop: from settings to trained weights, through checkpoints."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn

from train.config import TrainConfig
from train.data.device import GpuImages, GpuSprites, to_gpu_if_it_fits
from train.data.load import load_splits
from train.data.pictures import Pictures
from train.run import checkpoint, finalize, metrics_log, previews, resume, setup, tracking
from train.run.checkpoint import TrainerState
from train.run.conditions import draw_conditions
from train.run.distributed import all_gather_posteriors
from train.run.metrics_log import LOG_EVERY, MetricsFile
from train.run.schedule import batch_rows, learning_rate, preview_due, set_learning_rate
from train.run.signals import Interrupted, record_signals, stop_signal
from vae_models import Autoencoder, Dial
from vae_models.machine import keep_freed_memory


@dataclass(frozen=True)
class Run:
    """Everything that a step needs."""

    config: TrainConfig
    accelerator: Accelerator
    model: nn.Module  # prepared by Accelerate: only its forward gives gradients
    optimizer: torch.optim.Optimizer
    images: Pictures | GpuImages | GpuSprites
    steps: int
    validation: Pictures | None = None  # reconstructed in the previews

    @property
    def network(self) -> Autoencoder | Dial:
        """The model without Accelerate's wrapper, for weights, encode and decode; without gradients."""
        return self.accelerator.unwrap_model(self.model)

    @property
    def share(self) -> slice:
        """This process's rows of the global batch."""
        size = self.config.batch_size // self.accelerator.num_processes
        return slice(self.accelerator.process_index * size, (self.accelerator.process_index + 1) * size)


def train(config: TrainConfig) -> Path:
    """Train, evaluate and save a model; return the result folder.

    Raises UserError for data or settings that cannot be trained with, for a folder that another run uses, and if the
    loss is no longer finite; Interrupted after a signal, see `train.run.signals`.
    """
    folder = config.run_dir()
    resume.check_folder(folder, resume=config.resume)
    tracking.check_tracker(config.track)
    accelerator = setup.make_accelerator(config)
    config = replace(config, mixed_precision=accelerator.mixed_precision)
    if accelerator.device.type == "cpu":
        keep_freed_memory()
    # the main process decodes the images while the others wait
    images, validation = load_splits(config.data, config.val, config.options, download=config.download)
    setup.check_data(config, images)
    steps = config.total_steps(len(images))
    if config.resume and resume.is_complete(config, _fingerprint(config, accelerator, len(images), steps), steps):
        accelerator.print(f"{folder} already holds the result of all {steps} steps: nothing is left to do")
        accelerator.end_training()
        return folder
    set_seed(config.seed)
    model, optimizer = setup.prepare(setup.build(config, images.channels), config, accelerator)
    run = Run(config, accelerator, model, optimizer, to_gpu_if_it_fits(images, accelerator.device), steps, validation)
    set_seed(config.seed, device_specific=True)  # each process draws its own noise
    with resume.lock_run_folder(accelerator, folder):
        run_steps(run)
        if accelerator.is_main_process:
            finalize.write(run.network, config, images, validation, steps)
    accelerator.end_training()
    return folder


def _fingerprint(config: TrainConfig, accelerator: Accelerator, images: int, steps: int) -> dict[str, Any]:
    return resume.run_fingerprint(config, processes=accelerator.num_processes, images=images, steps=steps)


class DueActions(NamedTuple):
    """Actions that follow a step."""

    log: bool  # a line of metrics.jsonl
    preview: bool
    checkpoint: bool

    @classmethod
    def after(cls, run: Run, done: int) -> "DueActions":
        """Decide which actions follow once `done` steps are done; all follow the last step."""
        last = done == run.steps
        period = run.config.preview_every or len(run.images) // run.config.batch_size
        return cls(
            log=last or done % LOG_EVERY == 0,
            preview=preview_due(done, run.steps, period),
            checkpoint=last or done % run.config.checkpoint_every == 0,
        )


def run_steps(run: Run) -> None:
    """Train from the newest checkpoint, or from the first step, to the last step.

    Raises UserError if the loss or a weight is no longer finite, Interrupted after a signal.
    """
    config, accelerator, folder = run.config, run.accelerator, run.config.run_dir()
    checkpoints = folder / checkpoint.FOLDER
    fingerprint = _fingerprint(config, accelerator, len(run.images), run.steps)
    state = checkpoint.load(accelerator, checkpoints, fingerprint) if config.resume else TrainerState()
    resume.require_steps_left(folder, state.step, run.steps)
    if config.resume:
        accelerator.print(resume.describe_start(folder, state.step, run.steps), file=sys.stderr)
    name = state.tracking or tracking.new_run_name(config)
    metrics = MetricsFile(accelerator, folder, state.step, state.rows)
    if accelerator.is_main_process:
        previews.remove_after(folder, state.step)
    run.model.train()
    with (
        record_signals() as received,
        tracking.progress_bar(config, accelerator, state.step, run.steps) as progress,
        tracking.tracked_run(accelerator, config, name, state.step, resume.lasting_settings(config)),
    ):
        for step in range(state.step, run.steps):
            metrics.add(train_step(run, step))
            progress.update(config.batch_size)
            done = step + 1
            due = DueActions.after(run, done)
            stop = stop_signal(accelerator, received, synchronise=due.log)
            if any(due) or stop:
                metrics_log.require_finite(metrics, run.network, run.optimizer, checkpoints, done)
            if due.log:
                tracking.report_metrics(accelerator, progress, metrics.flush(done), done)
            if due.preview and accelerator.is_main_process:
                samples = previews.draw(run.network, folder, done, run.validation)
                tracking.log_samples(accelerator, samples, done)
            if due.checkpoint or stop:
                metrics.sync()
                checkpoint.save(accelerator, checkpoints, TrainerState(done, fingerprint, metrics.rows(), name))
            if stop:
                raise Interrupted(f"stopped after step {done}: the same command with --resume continues", stop)


def train_step(run: Run, step: int) -> dict[str, Tensor]:
    """Train on one batch: forward, backward, update.

    Returns the loss and its terms, scalars, averaged over the images of this process.
    """
    config, accelerator = run.config, run.accelerator
    set_learning_rate(run.optimizer, learning_rate(config, step, run.steps))
    x = _load_batch(run, step)
    objective, weights, inputs = draw_conditions(config, step, run.steps, run.share, x.device)
    out = run.model(x, *inputs)
    global_posterior = all_gather_posteriors(out.posterior) if objective.tc else None
    terms = objective.terms(x, out, dataset_size=len(run.images), global_posterior=global_posterior)
    loss = objective(terms, weights)
    accelerator.backward(loss)
    run.optimizer.step()
    run.optimizer.zero_grad()
    return {
        "loss": loss.detach(),
        "distortion": terms.distortion.detach().mean(),
        "kl": terms.kl.detach().sum(dim=1).mean(),
        "tc": terms.tc.detach(),
    }


def _load_batch(run: Run, step: int) -> Tensor:
    """Load this process's share of the batch of a step. (B / processes, C, 64, 64)."""
    config, accelerator = run.config, run.accelerator
    # consecutive rows: the MSS estimator identifies an image by its position in the batch
    rows = batch_rows(config, step, len(run.images))[run.share]
    x = run.images.batch(rows, accelerator.device)
    if config.flips:
        x = torch.where(torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5, x.flip(3), x)
    return x
