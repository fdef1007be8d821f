"""Memory on the CPU: what one batch frees, the next one takes again."""

import ctypes
import platform

M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8  # of glibc's mallopt(3)


def keep_freed_memory(arenas: int | None = None) -> bool:
    """Let the C library keep freed blocks instead of handing each back to the system; whether it could be told to.

    A batch frees and takes some hundred megabytes of activations in blocks so large that glibc maps each one anew, and
    the kernel clears every page of them. `benchmarks/train_step.py` shows the difference. `arenas`: how many heaps the
    threads share; without it every thread comes to keep a heap of its own, and a server of many threads grows. Other C
    libraries are left as they are.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    kept = bool(library.mallopt(M_MMAP_MAX, 0) and library.mallopt(M_TRIM_THRESHOLD, -1))
    return kept and (arenas is None or bool(library.mallopt(M_ARENA_MAX, arenas)))
