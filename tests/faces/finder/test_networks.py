"""OpenCV runs the networks as ONNX Runtime does, for any number of threads."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import onnxruntime
import pytest

from faces.finder.detection import NETWORKS
from faces.finder.mesh import NETWORK, SIZE
from faces.finder.networks import MODELS, Array, Network


def draw_noise(size: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(-1, 1, (1, 3, size, size)).astype(np.float32)


@pytest.mark.parametrize(("size", "network"), [*NETWORKS.items(), (SIZE, NETWORK)])
def test_answers_equal_onnx_runtimes(size: int, network: Network) -> None:
    session = onnxruntime.InferenceSession(MODELS / network.file, providers=["CPUExecutionProvider"])
    expected = session.run(list(network.outputs), {"input": draw_noise(size)})
    for answer, other in zip(network(draw_noise(size)), expected, strict=True):
        assert answer.shape == other.shape
        assert np.abs(answer - other).max() < 1e-5 * max(1, np.abs(other).max())


def test_calls_at_once_get_their_own_answers() -> None:
    network = Network(NETWORK.file, NETWORK.outputs)
    inputs = [draw_noise(SIZE, seed) for seed in range(3)]
    expected = [network(images) for images in inputs]
    with ThreadPoolExecutor(3) as pool:
        for answers, others in zip(pool.map(network, inputs * 3), expected * 3, strict=True):
            for answer, other in zip(answers, others, strict=True):
                assert np.array_equal(answer, other)


def test_a_net_is_loaded_once_however_many_threads_call_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    network, loads = Network(NETWORK.file, NETWORK.outputs), []
    real = Network._load

    def load(self: Network) -> cv2.dnn.Net:
        loads.append(self)
        return real(self)

    monkeypatch.setattr(Network, "_load", load)
    for _ in range(3):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(network, draw_noise(SIZE)).result()
    assert len(loads) == 1


def test_a_later_call_changes_no_earlier_answer() -> None:
    answers = NETWORK(draw_noise(SIZE))
    before = [answer.copy() for answer in answers]
    NETWORK(draw_noise(SIZE, seed=1))
    assert all(np.array_equal(answer, kept) for answer, kept in zip(answers, before, strict=True))
