import signal

import pytest

from train.run import signals
from train.run.signals import Interrupted, stop_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_the_step_goes_on(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_signals() as stopped:
        assert not stopped
        signal.raise_signal(number)
        assert stopped == [number]
    assert signal.getsignal(number) is before


def test_what_the_terminal_and_the_launcher_send_at_once_is_one_wish() -> None:
    with stop_signals() as stopped:
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            signal.raise_signal(number)
    assert stopped[0] == signal.SIGINT


def test_a_second_wish_is_obeyed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "SAME", -1.0)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        with pytest.raises(KeyboardInterrupt), stop_signals():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_whoever_stops_says_how_to_go_on_and_by_which_signal() -> None:
    stop = Interrupted("stopped after step 3: the same command with --resume continues", signal.SIGTERM)
    assert str(stop).endswith("continues")
    assert 128 + stop.number == 143
