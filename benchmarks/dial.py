"""Cost of one network for every beta, against an ordinary model of its width: ONNX files and a training step.

    OMP_NUM_THREADS=1 python -m benchmarks.dial

Both take turns. Times are CPU times of one thread, medians over rounds; ratios are of the same round.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import tyro

from train.onnx.export import draw_graphs
from vae_models import Autoencoder, Dial, DialConfig
from vae_models.environment import disable_telemetry
from vae_models.files.names import DECODER, ENCODER
from vae_models.machine import keep_freed_memory
from vae_models.objectives.objective import VAE, PictureWeights

BETA = 5.0


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    width: int = 32
    batch_size: int = 128
    """Of the training step; the ONNX files compute one image."""
    rounds: int = 9


def build_runs(model: Autoencoder | Dial) -> dict[str, Callable[[], object]]:
    """Build functions that decode one code and encode one image by the ONNX files of a model."""
    disable_telemetry()
    import onnxruntime  # late: telemetry is decided at its import

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    values = {"z": np.zeros((1, 32), np.float32), "x": np.full((1, 3, 64, 64), 0.5, np.float32)}
    beta = {"beta": np.full(1, BETA, np.float32)} if isinstance(model, Dial) else {}

    def build(content: bytes, name: str) -> Callable[[], object]:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        inputs = {name: values[name], **beta}
        return lambda: [session.run(None, inputs) for _ in range(50)]

    contents = draw_graphs(model)
    print(f"{type(model).__name__}: {sum(map(len, contents.values())) / 1e6:.2f} MB of ONNX")
    return {"decode": build(contents[DECODER], "z"), "encode": build(contents[ENCODER], "x")}


def build_step(model: Autoencoder | Dial, batch_size: int) -> Callable[[], object]:
    """Build a training step in bfloat16 on one batch in memory."""
    model = model.train().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = torch.rand(batch_size, 3, 64, 64).to(memory_format=torch.channels_last)
    beta = torch.linspace(1, 50, batch_size)
    inputs = (x, beta) if isinstance(model, Dial) else (x,)
    weights = PictureWeights(beta.pow(-0.25), kl=beta) if isinstance(model, Dial) else None

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            out = model(*inputs)
        VAE(VAE.terms(x, out), weights).backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def cpu_time(call: Callable[[], object]) -> float:
    """Return the seconds of CPU time of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def main(options: Options) -> None:
    """Measure and print the table."""
    torch.set_num_threads(1)
    keep_freed_memory()
    torch.manual_seed(0)
    dial = Dial(DialConfig(width=options.width)).eval()
    dial.round_kernels(torch.float16)
    plain = dial.at(1)
    calls = {"dial": build_runs(dial), "plain": build_runs(plain)}
    for name, model in (("dial", dial), ("plain", plain)):
        calls[name]["step"] = build_step(model, options.batch_size)
    counts = [sum(parameter.numel() for parameter in model.parameters()) for model in (dial, plain)]
    print(f"parameters {counts[0]:,} and {counts[1]:,}: {counts[0] / counts[1] - 1:+.2%}")
    for work in calls["dial"]:
        for name in calls:
            calls[name][work]()
        rounds = [[cpu_time(calls[name][work]) for name in calls] for _ in range(options.rounds)]
        ratio = statistics.median(first / second for first, second in rounds)
        first, second = (1e3 * statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{work:8} dial {first:8.1f} ms, plain {second:8.1f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
