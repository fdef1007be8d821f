"""What the app adds to the models: sampling against bare decodes, torch's threads, the start against its imports.

    python -m benchmarks.app_latency

Interleaved, round by round: the bare decodes of every bundled model, one after the other on all of torch's threads and
side by side on one thread each, and the page's own answer with the same faces (noise, decodes, JPEG, HTML), which is to
take at most 1.10 times the decodes; beside them the round trip of `/sample` over HTTP, which makes a PNG. Then single
faces and batches by torch's threads, from one visitor and from as many at once as there are cores. Then the seconds
from the start of a process to its first page, less those that its imports take alone. Medians. Nothing else should run
meanwhile.
"""

import os
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
from ui import workers
from ui.sample import Draw, sample
from vae_models.autoencoder import draw_noise
from vae_models.hub.pull import Pulled, pull

IMPORTS = (
    "import ui.uploads; ui.uploads.private_folder(); import gradio; from ui import beta, carry, endpoints, models, "
    "morph, reconstruct, sample; from vae_models.hub import pull"
)
WARM = 3  # rounds before those that count


@dataclass(frozen=True)
class Options:
    """What is measured."""

    faces: int = 16
    rounds: int = 30
    starts: int = 3
    """Starts of the app."""


def seconds(call: Callable[[], object]) -> float:
    """Of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@torch.inference_mode()
def decode(models: tuple[Pulled, ...], n: int) -> None:
    """The bare decodes: the same noise, every model."""
    z = draw_noise(n, models[0].model.config.latent_dim, torch.Generator().manual_seed(0))
    for pulled in models:
        pulled.model.decode(z)


@torch.inference_mode()
def abreast(models: tuple[Pulled, ...], n: int) -> None:
    """The same, as the page does it: several models at once."""
    z = draw_noise(n, models[0].model.config.latent_dim, torch.Generator().manual_seed(0))

    @torch.inference_mode()
    def one(pulled: Pulled) -> None:
        pulled.model.decode(z)

    workers.each(one, models)


def sampling(models: tuple[Pulled, ...], options: Options) -> None:
    """Bare decodes, the page's answer, and the same over HTTP."""
    threads = torch.get_num_threads()
    rows: list[tuple[float, float, float, float]] = []
    with running_app() as app:
        client = Client(app.address, verbose=False)
        for seed in range(WARM + options.rounds):
            draw = Draw(seed, options.faces)
            torch.set_num_threads(threads)
            in_turn = seconds(partial(decode, models, options.faces))
            workers.settle()
            row = (
                in_turn,
                seconds(partial(abreast, models, options.faces)),
                seconds(partial(sample, models, draw)),
                seconds(partial(client.predict, draw.seed, draw.count, api_name="/sample")),
            )
            if seed >= WARM:
                rows.append(row)
    torch.set_num_threads(threads)
    in_turn, beside, ours, http = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{len(models)} x {options.faces} faces, torch {torch.__version__}, {os.cpu_count()} cores")
    print(f"decodes, one model after the other, {threads} threads   {in_turn * 1e3:8.1f} ms")
    print(f"decodes, side by side, one thread each       {beside * 1e3:8.1f} ms")
    print(f"the page's answer                            {ours * 1e3:8.1f} ms")
    print(f"answer / decodes after each other            {statistics.median(r[2] / r[0] for r in rows):8.2f}")
    print(f"answer / decodes side by side                {statistics.median(r[2] / r[1] for r in rows):8.2f}")
    print(f"/sample over HTTP                            {http * 1e3:8.1f} ms")


def threads(models: tuple[Pulled, ...], options: Options) -> None:
    """One face and a batch, by torch's threads and by visitors."""
    cores = os.cpu_count() or 1
    before = torch.get_num_threads()
    print("\ntorch's threads    visitors    one face a model    16 faces a model, ms")
    for count in sorted({1, 2, cores}):
        torch.set_num_threads(count)
        for visitors in (1, cores):
            with ThreadPoolExecutor(visitors) as pool:
                medians = []
                for n in (1, 16):

                    def one(_: int, n: int = n) -> float:
                        return seconds(lambda: decode(models, n))

                    list(pool.map(one, range(4 * visitors)))
                    medians.append(statistics.median(pool.map(one, range(options.rounds * visitors))))
            print(f"{count:15} {visitors:11} {medians[0] * 1e3:19.1f} {medians[1] * 1e3:23.1f}")
    torch.set_num_threads(before)


def start(options: Options) -> None:
    """Process to first page, and the imports alone."""
    rows = []
    for _ in range(options.starts):
        imports = seconds(lambda: subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, check=True))
        begun = time.perf_counter()
        with running_app():
            served = time.perf_counter() - begun
        rows.append((imports, served))
    imports, served = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"\nimports               {imports:8.1f} s")
    print(f"start to first page   {served:8.1f} s")
    print(f"more than imports     {statistics.median(b - a for a, b in rows):8.1f} s   (at most 2)")


def main(options: Options) -> None:
    """Measure and print."""
    models = pull("bundled").models
    sampling(models, options)
    threads(models, options)
    start(options)


if __name__ == "__main__":
    main(tyro.cli(Options))
