"""Memory on the CPU: what a step frees, the next one takes again."""

import ctypes
import platform

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # of glibc's mallopt(3)


def keep_freed_memory() -> bool:
    """Let the C library keep freed blocks instead of handing each back to the system; whether it could be told to.

    A step frees and takes some hundred megabytes of activations in blocks so large that glibc maps each one anew, and
    the kernel clears every page of them. `benchmarks/train_step.py` shows the difference. Other C libraries are left
    as they are.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    return bool(library.mallopt(M_MMAP_MAX, 0) and library.mallopt(M_TRIM_THRESHOLD, -1))
