"""Setup of a run: launch settings and data are checked, the model and its optimizer prepared for their devices."""

import os
import sys
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import DynamoBackend
from torch import nn
from torch.optim import Adam, Optimizer

from train.config import TrainConfig
from train.data.pictures import Pictures
from train.errors import UserError, as_user_error
from vae_models import Autoencoder, Dial, DialConfig


def make_accelerator(config: TrainConfig) -> Accelerator:
    """Create the accelerator of a run. Raises UserError as `check_launch_settings` does."""
    # explicit, because otherwise processes that a launcher starts on CPUs would train without knowing of each other
    on_cpu = not torch.accelerator.is_available()
    with as_user_error(ValueError):  # of a launch: WORLD_SIZE without MASTER_ADDR, for example
        accelerator = Accelerator(
            cpu=on_cpu, mixed_precision=config.mixed_precision, log_with=config.track, project_dir=config.run_dir()
        )
    check_launch_settings(config, accelerator)
    return accelerator


def check_launch_settings(config: TrainConfig, accelerator: Accelerator) -> None:
    """Reject Accelerate settings that would change the batch or wrap the model.

    Raises UserError for gradient accumulation, a batch that the processes cannot share evenly, dynamo, and a launcher
    that was asked for more processes than it has started.
    """
    processes, parts = accelerator.num_processes, accelerator.gradient_accumulation_steps
    # accelerate launch --cpu sets the port of several processes but leaves it to MPI to start them
    by_accelerate = {"ACCELERATE_MIXED_PRECISION", "MASTER_PORT"} <= os.environ.keys()
    if processes == 1 and by_accelerate and "LOCAL_RANK" not in os.environ:
        raise UserError(
            "accelerate launch was asked for several processes but started one: "
            "start them with torchrun --nproc-per-node N -m train ..."
        )
    if config.batch_size % processes:
        raise UserError(f"batch_size={config.batch_size} cannot be shared evenly by {processes} processes")
    if parts > 1:
        if config.objective().tc:
            reason = "the total correlation needs all images of a batch at once"
        else:
            reason = "BatchNorm needs the statistics of all images of a batch"
        raise UserError(
            f"gradient_accumulation_steps={parts}: {reason}; set it to 1 and share the batch among more processes"
        )
    if accelerator.state.dynamo_plugin.backend != DynamoBackend.NO:
        raise UserError("Accelerate's dynamo_backend would rename the weights: set it to no and train with --compile")


def check_data(config: TrainConfig, images: Pictures) -> None:
    """Raise UserError if the settings do not suit the training images."""
    if config.flips and images.factors is not None:
        raise UserError(f"--flips would change the factors that {config.data} is labelled with: leave it out")


def build(config: TrainConfig, channels: int) -> Autoencoder | Dial:
    """Build the untrained network of a run, for images of `channels` channels."""
    shape = config.network(channels)
    return Dial(shape) if isinstance(shape, DialConfig) else Autoencoder(shape)


def prepare(model: Autoencoder | Dial, config: TrainConfig, accelerator: Accelerator) -> tuple[nn.Module, Optimizer]:
    """Prepare the model for training, and create its optimizer, on the accelerator's device.

    Raises UserError if the model should be compiled but cannot be.
    """
    on_gpu = accelerator.device.type == "cuda"
    if accelerator.num_processes > 1 and not on_gpu:  # PyTorch synchronises BatchNorm on GPUs only
        accelerator.print("BatchNorm: each process uses the statistics of its own images", file=sys.stderr)
    model = model.to(accelerator.device).to(memory_format=torch.channels_last)
    if on_gpu:
        torch.backends.cudnn.benchmark = True  # all batches have one shape: the first steps choose the fastest kernels
        if accelerator.num_processes > 1:
            nn.SyncBatchNorm.convert_sync_batchnorm(model)
    if config.compile:
        compile_in_place(model, accelerator.device)
    # fused: one kernel for all weights, and no number that the host would wait for
    optimizer = Adam(_parameter_groups(model, config), lr=config.learning_rate, fused=on_gpu or None)
    return accelerator.prepare(model, optimizer)


def _parameter_groups(model: Autoencoder | Dial, config: TrainConfig) -> list[dict[str, Any]]:
    """Group the weights by their learning rate, see `schedule.set_learning_rate`."""
    if not isinstance(model, Dial):
        return [{"params": list(model.parameters())}]
    assert config.dial is not None, "a dial comes from its recipe"
    knobs = {"params": model.knob_parameters(), "rate_factor": config.dial.knob_rate}
    return [{"params": model.network_parameters(), "rate_factor": 1.0}, knobs]


def compile_in_place(model: nn.Module, device: torch.device) -> None:
    """Compile the model's forward without renaming its weights; on a GPU as CUDA graphs.

    Raises UserError if torch.compile does not work, for example because there is no C++ compiler.
    """
    # fallback_random: the same noise as without compilation, so that both runs are nearly equal
    options: dict[str, str | int | bool] = {"fallback_random": True, "triton.cudagraphs": device.type == "cuda"}
    probe = nn.Softplus().to(device)
    probe.compile(options=options)
    try:
        probe(torch.zeros(8, device=device))
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(f"--compile needs a C++ compiler such as g++, and torch.compile fails: {reason}") from error
    model.compile(options=options, dynamic=False)
