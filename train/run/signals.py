"""Graceful shutdown: signals that ask a run to stop are recorded and handled after the current step."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing it takes seconds, and the command line needs this module at once
    from accelerate import Accelerator

# Ctrl-C; docker and systemd; a closed terminal or a lost SSH connection; Slurm's warning before the time limit.
# Windows lacks the last two.
STOP_SIGNALS = [number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1")]
NEVER_IGNORED = (signal.SIGINT, signal.SIGTERM)  # scripts start background jobs without SIGINT; `kill -INT` still saves
DUPLICATE_WINDOW = 2.0  # seconds: accelerate launch forwards a Ctrl-C that the terminal has already sent


class Interrupted(KeyboardInterrupt):
    """Stop by a signal; the message says how to continue."""

    def __init__(self, message: str, number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.number = number


@contextmanager
def record_signals() -> Iterator[list[int]]:
    """Collect the numbers of stop signals in a list, so that no step is cut in half.

    A second signal, more than two seconds after the first, takes effect at once. Signals that
    the process ignores stay ignored: `nohup` ignores SIGHUP.
    """
    received: list[int] = []
    first = 0.0

    def note(number: int, _frame: FrameType | None) -> None:
        nonlocal first
        if not received:
            first = time.monotonic()
        received.append(number)
        if time.monotonic() - first > DUPLICATE_WINDOW:
            for name, handler in before.items():
                signal.signal(name, handler)
            signal.raise_signal(number)

    before = {
        number: signal.signal(number, note)
        for number in STOP_SIGNALS
        if number in NEVER_IGNORED or signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield received
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def stop_signal(accelerator: "Accelerator", received: Sequence[int], *, synchronise: bool) -> int:
    """Return the signal to stop for, agreed by all processes; 0 for none.

    Several processes must synchronise to agree. On GPUs that means waiting for the device, so they only do it if
    `synchronise` is set, on logging steps; on CPUs they always do.
    """
    if accelerator.num_processes == 1:
        return received[0] if received else 0
    if not synchronise and accelerator.device.type != "cpu":
        return 0
    import torch  # late, as above

    number = torch.tensor(received[0] if received else 0, device=accelerator.device)
    return int(accelerator.gather(number).max())
