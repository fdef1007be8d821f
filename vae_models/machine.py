"""The machine that models run on: its cores, its accelerator, and the C library's memory allocator."""

import ctypes
import os
import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8  # parameters of glibc's mallopt(3)


def available_cores() -> int:
    """Count the cores that this process may use: a container or `taskset` may allow fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def best_device() -> "torch.device":
    """Return the accelerator, or the CPU if there is none."""
    import torch  # takes seconds, and `available_cores` does not need it

    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def keep_freed_memory(arenas: int | None = None) -> bool:
    """Let the C library keep freed blocks for the next batch.

    A batch allocates and frees some hundred megabytes of activations, in blocks so large that glibc maps each of them
    anew and the kernel clears every page. `benchmarks/train_step.py` measures the difference. C libraries other than
    glibc stay as they are.

    Args:
        arenas: limit on the number of heaps, which threads then share. By default each thread keeps its own, and the
            memory of a server with many threads keeps increasing.

    Returns:
        Whether the allocator was configured.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    configured = bool(library.mallopt(M_MMAP_MAX, 0) and library.mallopt(M_TRIM_THRESHOLD, -1))
    return configured and (arenas is None or bool(library.mallopt(M_ARENA_MAX, arenas)))


def release_freed_memory() -> bool:
    """Give the memory that the C library keeps for later back to the system; return whether there was any.

    It is released page by page, so what is in use between freed blocks stays. C libraries other than glibc decide by
    themselves.
    """
    return platform.libc_ver()[0] == "glibc" and bool(ctypes.CDLL(None).malloc_trim(0))
