import signal

import pytest

from train.run import signals
from train.run.signals import Interrupted, record_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_recorded_without_interrupting_the_step(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with record_signals() as stopped:
        assert not stopped
        signal.raise_signal(number)
        assert stopped == [number]
    assert signal.getsignal(number) is before


def test_signals_within_the_duplicate_window_count_as_one() -> None:
    with record_signals() as stopped:
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            signal.raise_signal(number)
    assert stopped[0] == signal.SIGINT


def test_a_later_second_signal_takes_effect_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "DUPLICATE_WINDOW", -1.0)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in background jobs of a shell
    try:
        with pytest.raises(KeyboardInterrupt), record_signals():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interruption_has_its_message_and_its_signal() -> None:
    stop = Interrupted("stopped after step 3: the same command with --resume continues", signal.SIGTERM)
    assert str(stop).endswith("continues")
    assert 128 + stop.number == 143
