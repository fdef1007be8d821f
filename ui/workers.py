"""Several models at once: one thread each, as many as there are cores, shared by all visitors.

Measured (`benchmarks.app_latency`, `benchmarks.app_load`): four models side by side on one of torch's threads each
answer sooner than one after the other on all of them, and visitors do not slow each other by more threads than there
are cores.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import torch

from vae_models.machine import keep_freed_memory

HEAPS = 2  # with one for each of the server's threads, resident memory grows for as long as new threads come

A = TypeVar("A")
B = TypeVar("B")


def settle() -> None:
    """One of torch's threads for each of ours, and memory that stays; once, before the first model runs."""
    torch.set_num_threads(1)
    keep_freed_memory(arenas=HEAPS)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="models")


def each(function: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """`function` of every thing, in order. It sets its own inference mode: torch's modes belong to a thread."""
    return list(_workers().map(function, things))
