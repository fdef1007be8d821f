"""Overhead of the app: sampling against bare decoding, torch's threads, and start-up time against imports.

    python -m benchmarks.app_latency

Every round measures, one after the other: bare decoding with all bundled models, first sequentially on all of torch's
threads, then in parallel with one thread each; the server's answer for the same faces (noise, decoding, one PNG); and
the round trip of `/sample` over HTTP. Then it decodes single faces and batches with different numbers of torch's
threads, for one visitor and for as many simultaneous visitors as there are cores. Then it measures the time from the
start of a process to its first page, and that of its imports alone. All numbers are medians. Run nothing else at the
same time.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import torch
import tyro
from gradio_client import Client

from benchmarks.running_app import ROOT, running_app
from server import workers
from server.analysis.samples import Draw
from server.render.sheets import draw_samples
from vae_models.autoencoder import draw_noise
from vae_models.hub.pull import Pulled, pull
from vae_models.machine import available_cores

# the folder before gradio, as the app does
IMPORTS = "from server.uploads.folder import create_folder; create_folder(); import server.app, vae_models.hub.pull"
WARM = 3  # rounds before the first that counts


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    faces: int = 16
    rounds: int = 30
    starts: int = 3
    """Times that the app is started."""


def time_call(call: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@torch.inference_mode()
def decode_in_turn(models: tuple[Pulled, ...], n: int) -> None:
    """Decode the same noise with every model, one after the other."""
    z = draw_noise(n, models[0].model.config.latent_dim, torch.Generator().manual_seed(0))
    for pulled in models:
        pulled.model.decode(z)


@torch.inference_mode()
def decode_in_parallel(models: tuple[Pulled, ...], n: int) -> None:
    """Decode the same noise with several models at once, as the server does."""
    z = draw_noise(n, models[0].model.config.latent_dim, torch.Generator().manual_seed(0))

    @torch.inference_mode()
    def decode(pulled: Pulled) -> None:
        pulled.model.decode(z)

    workers.run_each(decode, models)


def measure_sampling(models: tuple[Pulled, ...], options: Options) -> None:
    """Print the times of bare decoding, of the server's answer, and of the same over HTTP."""
    threads = torch.get_num_threads()
    rows: list[tuple[float, float, float, float]] = []
    with running_app() as app:
        client = Client(app.address, verbose=False)
        for seed in range(WARM + options.rounds):
            draw = Draw(seed, options.faces)
            torch.set_num_threads(threads)
            in_turn = time_call(partial(decode_in_turn, models, options.faces))
            workers.set_threads()
            row = (
                in_turn,
                time_call(partial(decode_in_parallel, models, options.faces)),
                time_call(partial(draw_samples, models, draw)),
                time_call(partial(client.predict, draw.seed, draw.count, api_name="/sample")),
            )
            if seed >= WARM:
                rows.append(row)
    torch.set_num_threads(threads)
    in_turn, parallel, page, http = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{len(models)} x {options.faces} faces, torch {torch.__version__}, {available_cores()} cores")
    print(f"sequential decoding, {threads:2} threads             {in_turn * 1e3:8.1f} ms")
    print(f"parallel decoding, one thread each           {parallel * 1e3:8.1f} ms")
    print(f"the server's answer                          {page * 1e3:8.1f} ms")
    print(f"answer / sequential decoding                 {statistics.median(r[2] / r[0] for r in rows):8.2f}")
    print(f"answer / parallel decoding                   {statistics.median(r[2] / r[1] for r in rows):8.2f}")
    print(f"/sample over HTTP                            {http * 1e3:8.1f} ms")


def measure_threads(models: tuple[Pulled, ...], options: Options) -> None:
    """Print the times of one face and of a batch, by the number of torch's threads and of visitors."""
    cores = available_cores()
    before = torch.get_num_threads()
    print("\ntorch's threads    visitors    ms: one face per model    16 faces per model")
    for count in sorted({1, 2, cores}):
        torch.set_num_threads(count)
        for visitors in (1, cores):
            with ThreadPoolExecutor(visitors) as pool:
                medians = []
                for n in (1, 16):

                    def decode(_: int, n: int = n) -> float:
                        return time_call(lambda: decode_in_turn(models, n))

                    list(pool.map(decode, range(4 * visitors)))
                    medians.append(statistics.median(pool.map(decode, range(options.rounds * visitors))))
            print(f"{count:15} {visitors:11} {medians[0] * 1e3:25.1f} {medians[1] * 1e3:21.1f}")
    torch.set_num_threads(before)


def measure_start(options: Options) -> None:
    """Print the time from the start of a process to its first page, and that of its imports alone."""
    rows = []
    for _ in range(options.starts):
        imports = time_call(lambda: subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, check=True))
        start = time.perf_counter()
        with running_app():
            served = time.perf_counter() - start
        rows.append((imports, served))
    imports, served = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"\nimports               {imports:8.1f} s")
    print(f"start to first page   {served:8.1f} s")
    print(f"difference            {statistics.median(b - a for a, b in rows):8.1f} s   (at most 2)")


def main(options: Options) -> None:
    """Measure and print the table."""
    models = pull("bundled").models
    measure_sampling(models, options)
    measure_threads(models, options)
    measure_start(options)


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
