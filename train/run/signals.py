"""Ctrl-C and SIGTERM: asked for at any time, obeyed between two steps."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it takes seconds, and the command line needs this module at once
    from accelerate import Accelerator

SAME = 2.0  # seconds: accelerate launch hands on to each process what the terminal has sent it already


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM; the message says how the run is continued."""

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.number = number


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """A list that Ctrl-C or SIGTERM puts its number into, so that a step is never cut in half; a second one, more than
    two seconds later, kills.
    """
    received: list[int] = []
    began = 0.0

    def note(number: int, _frame: FrameType | None) -> None:
        nonlocal began
        if not received:
            began = time.monotonic()
        received.append(number)
        if time.monotonic() - began > SAME:
            for name, handler in before.items():
                signal.signal(name, handler)
            signal.raise_signal(number)

    before = {name: signal.signal(name, note) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def agreed(accelerator: "Accelerator", stopped: Sequence[int], *, ask: bool) -> int:
    """The signal that every process stops for after this step, so that none waits for another; 0 for none. To ask the
    others is to wait for the device, so a GPU's many processes ask now and then.
    """
    if accelerator.num_processes == 1:
        return stopped[0] if stopped else 0
    if not ask and accelerator.device.type != "cpu":
        return 0
    if stopped:
        accelerator.set_trigger()
    return (stopped[0] if stopped else signal.SIGTERM) if accelerator.check_trigger() else 0
