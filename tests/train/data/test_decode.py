import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2
import pytest

from train.data import decode
from train.data.pictures import DataError


@pytest.mark.processes
def test_a_worker_uses_one_opencv_thread_and_ignores_ctrl_c() -> None:
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=decode._init_worker) as pool:
        assert pool.submit(cv2.getNumThreads).result() == 1
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN


def exit_at_once(*_: object) -> None:
    os._exit(1)


@pytest.mark.processes
def test_a_killed_worker_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "available_cores", lambda: 2)
    monkeypatch.setattr(decode, "decode", exit_at_once)
    with pytest.raises(DataError, match="run the same command again"):
        list(decode.decode_all([decode.Chunk(("a.png",), data=(b"",))], "centre", None))
