"""A model and its optimiser as they train: on one device or many, compiled or not."""

import os
import sys

import torch
from accelerate import Accelerator
from accelerate.utils import DynamoBackend
from torch import nn
from torch.optim import Adam, Optimizer

from train.config import TrainConfig
from vae_models import Autoencoder


def require_whole_batch(config: TrainConfig, accelerator: Accelerator) -> None:
    """Raise ValueError where a step would not be taken on the recipe's batch, or by Accelerate's own compilation."""
    processes, parts = accelerator.num_processes, accelerator.gradient_accumulation_steps
    if config.batch_size % processes:
        raise ValueError(f"batch_size={config.batch_size} cannot be shared by {processes} processes")
    if parts > 1:
        if config.objective().tc:
            reason = "the total correlation compares all pictures of a batch, and there are never more than a part"
        else:
            reason = "BatchNorm takes its statistics from a whole batch, and there is never more than a part"
        raise ValueError(
            f"gradient_accumulation_steps={parts}: {reason}; set it to 1 and share the batch among more processes"
        )
    if accelerator.state.dynamo_plugin.backend != DynamoBackend.NO:
        raise ValueError("Accelerate's dynamo_backend would rename the weights: set it to no and train with --compile")


def prepare(model: Autoencoder, config: TrainConfig, accelerator: Accelerator) -> tuple[nn.Module, Optimizer]:
    """The model that steps go through and the optimiser of its weights, on the accelerator's device.

    Raises ValueError where it should be compiled and cannot be.
    """
    on_gpu = accelerator.device.type == "cuda"
    _say_what_differs(accelerator)
    model = model.to(accelerator.device).to(memory_format=torch.channels_last)
    if on_gpu:
        torch.backends.cudnn.benchmark = True  # batches have one shape: the first steps choose the fastest kernels
        if accelerator.num_processes > 1:
            nn.SyncBatchNorm.convert_sync_batchnorm(model)
    if config.compile:
        compile_in_place(model, accelerator.device)
    # one kernel for all weights, and no number that the host would wait for
    optimizer = Adam(model.parameters(), lr=config.learning_rate, fused=on_gpu or None)
    return accelerator.prepare(model, optimizer)


def _say_what_differs(accelerator: Accelerator) -> None:
    if accelerator.device.type == "cuda":
        return
    if accelerator.num_processes > 1:  # PyTorch shares statistics between GPUs alone
        accelerator.print("BatchNorm: each process takes the statistics of its own pictures", file=sys.stderr)
    elif "MASTER_PORT" in os.environ and "LOCAL_RANK" not in os.environ:
        # accelerate launch --cpu meets its processes there, and leaves it to MPI to start them
        print("one process trains: torchrun --nproc-per-node N -m train starts several on CPUs", file=sys.stderr)


def compile_in_place(model: nn.Module, device: torch.device) -> None:
    """Let torch.compile make the model's calls; its weights keep their names. On a GPU as CUDA graphs.

    Raises ValueError where torch.compile does not work, as where there is no C++ compiler.
    """
    # the generators' own noise, so that a run is nearly the same compiled or not
    options: dict[str, str | int | bool] = {"fallback_random": True, "triton.cudagraphs": device.type == "cuda"}
    probe = nn.Softplus().to(device)
    probe.compile(options=options)
    try:
        probe(torch.zeros(8, device=device))
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"--compile needs a C++ compiler such as g++, and torch.compile fails: {reason}") from error
    model.compile(options=options, dynamic=False)
