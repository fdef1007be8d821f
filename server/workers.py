"""Several models at once: one thread each, as many as there are cores, shared by all visitors.

Measured (`benchmarks.app_latency`, `benchmarks.app_load`): four models side by side on one of torch's threads each
answer sooner than one after the other on all of them, and visitors do not slow each other by more threads than there
are cores.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import cv2
import torch

from vae_models.machine import available_cores, keep_freed_memory

HEAPS = 2  # with one for each of the server's threads, resident memory grows for as long as new threads come

A = TypeVar("A")
B = TypeVar("B")


def settle() -> None:
    """One of torch's threads for each of ours, and memory that stays; once, before the first model runs."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)  # OpenCV has one setting for the whole process, so no upload may change it
    keep_freed_memory(arenas=HEAPS)


class _ThisThread(threading.local):
    is_worker = False


_this_thread = _ThisThread()


def _mark_worker() -> None:
    _this_thread.is_worker = True


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(available_cores(), thread_name_prefix="models", initializer=_mark_worker)


def each(function: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """`function` of every thing, in order. It sets its own inference mode: torch's modes belong to a thread.

    Called by such a function it works in that function's thread: workers that waited for workers would wait for ever.
    """
    if _this_thread.is_worker:
        return [function(thing) for thing in things]
    return list(_workers().map(function, things))
