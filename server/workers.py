"""Several models at once: one thread for each core, shared by all callers.

Measured (`benchmarks.app_latency`, `benchmarks.app_load`): four models side by side on one of torch's threads each
answer sooner than one after the other on all of them, and visitors do not slow each other by more threads than there
are cores.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import cv2
import torch

from vae_models.machine import available_cores, keep_freed_memory

SWITCH = 0.001  # seconds that a thread of Python runs before another: the event loop waits for so long at each step
HEAPS = 2  # with one for each of the server's threads, resident memory would increase with every new thread

A = TypeVar("A")
B = TypeVar("B")


def set_threads() -> None:
    """Use one of torch's threads for each of ours, and keep freed memory; called before the first model runs."""
    sys.setswitchinterval(SWITCH)
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


def run_each(function: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """Return `function` of every thing, in order.

    The function sets its own inference mode: torch's modes belong to a thread. In a call of `run_each` by such a
    function, all runs in that function's thread: workers that waited for workers would wait for ever.
    """
    if _this_thread.is_worker:
        return [function(thing) for thing in things]
    return list(_workers().map(function, things))
