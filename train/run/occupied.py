"""A result folder belongs to one run at a time: two that write the same checkpoints would both be lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from filelock import FileLock, Timeout

from train.run import checkpoint

LOCK = "lock"


@contextmanager
def by(accelerator: Accelerator, folder: Path) -> Iterator[None]:
    """Keep other runs out of `folder`; the system lets go of it however this one ends, also where it is killed.

    Raises FileExistsError, in every process of the run, where another one trains there.
    """
    place = folder / checkpoint.FOLDER
    lock, free = FileLock(place / LOCK), [True]
    if accelerator.is_main_process:
        place.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            free = [False]
    broadcast_object_list(free)
    if not free[0]:
        raise FileExistsError(f"{folder} is being trained by another process: wait for it, or choose another --output")
    try:
        yield
    finally:
        lock.release()
