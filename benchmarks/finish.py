"""CPU time of the finish of a run: prior, scores, decomposition, densities and ONNX files, beside the way before.

    OMP_NUM_THREADS=1 python -m benchmarks.finish

Random pictures take as long as faces. Both ways compute the same numbers. The last lines compare the convolutions with
the machine's limit, the matrix product of one thread: what they cost at least, in any order.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import tyro
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.former_metrics import convolved_ssim, log_aggregate_by_definition, variance_by_torch
from benchmarks.whole_loop import IMAGES, write_random_images
from metrics import latent
from metrics.reconstruction import psnr, ssim, unexplained_variance
from train.data.cache import CachedImages
from train.evaluation.densities import density_content
from train.evaluation.inference import BATCH, ELBO_SAMPLES, Codes, encode, iterate_batches, prior_moments
from train.evaluation.summary import code_statistics
from train.onnx.export import compare, draw_graphs
from vae_models import Autoencoder, ModelConfig
from vae_models.machine import keep_freed_memory

SIDE = 2048  # of the matrices that measure the limit


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    width: int = 32
    training: int = IMAGES
    """Pictures that the prior is fitted to."""
    validation: int = 4535
    """Pictures that are scored."""


class Part:
    """One part of the finish: its name, and the seconds of CPU time now and before."""

    def __init__(self, name: str, now: Callable[[], object], before: Callable[[], object] | None, times: int) -> None:
        self.name = name
        self.now = cpu_time(now)
        # the same work before, or the same work more often
        self.before = self.now * times if before is None else cpu_time(before)

    def __str__(self) -> str:
        return f"{self.name:44} {self.now:7.2f} s {self.before:9.2f} s {self.now / self.before:7.2f}"


def cpu_time(call: Callable[[], object]) -> float:
    """Return the seconds of CPU time of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def measure(options: Options, images: CachedImages, model: Autoencoder) -> list[Part]:
    """Measure all parts, each way once."""
    training = replace(images, pixels=images.pixels[: options.training])
    validation = replace(images, pixels=images.pixels[: options.validation])
    codes = encode(model, validation)

    def decode() -> None:
        for z in codes.mean.float().split(BATCH):
            for _ in range(1 + ELBO_SAMPLES):
                model.decode(z)

    def score(*metrics: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
        for _, x in iterate_batches(validation, model):
            for metric in metrics:
                metric(x, 1 - x)

    return [
        Part("encode training pictures, fit the prior", lambda: prior_moments(encode(model, training)), None, 1),
        Part("encode validation pictures: once, not 3 times", lambda: encode(model, validation), None, 3),
        Part(f"decode {1 + ELBO_SAMPLES} codes of each", decode, None, 1),
        Part(
            "PSNR, SSIM, unexplained variance",
            lambda: score(psnr, ssim, unexplained_variance),
            lambda: score(psnr, convolved_ssim, variance_by_torch),
            1,
        ),
        Part("decomposition of the ELBO", lambda: code_statistics(codes), lambda: decompose_as_before(codes), 1),
        Part("densities", lambda: density_content(codes.mean, [1.0] * codes.mean.shape[1]), None, 1),
        Part("ONNX files", lambda: compare(model, draw_graphs(model)), None, 1),
    ]


def decompose_as_before(codes: Codes) -> None:
    """Decompose with every density computed as its definition says."""
    now = latent.log_aggregate_posterior
    latent.log_aggregate_posterior = log_aggregate_by_definition
    try:
        code_statistics(codes)
    finally:
        latent.log_aggregate_posterior = now


def count_operations(options: Options, model: Autoencoder) -> float:
    """Count the multiplications and additions of all convolutions."""
    x, z = torch.zeros(1, 3, 64, 64), torch.zeros(1, model.config.latent_dim)
    counts = []
    for call in (lambda: model.encode(x), lambda: model.decode(z)):
        with FlopCounterMode(display=False) as counter:
            call()
        counts.append(counter.get_total_flops())
    encoded, decoded = options.training + options.validation, (1 + ELBO_SAMPLES) * options.validation
    return counts[0] * encoded + counts[1] * decoded


@torch.inference_mode()
def main(options: Options) -> None:
    """Measure and print the table."""
    torch.set_num_threads(1)
    keep_freed_memory()
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=options.width)).eval().to(memory_format=torch.channels_last)
    with tempfile.TemporaryDirectory() as name:
        images = write_random_images(Path(name), max(options.training, options.validation))
        parts = measure(options, images, model)
    print(f"torch {torch.__version__}, 1 thread, width {options.width}", f"{'':44}     now    before   ratio", sep="\n")
    print(*parts, sep="\n")
    now, before = sum(part.now for part in parts), sum(part.before for part in parts)
    print(f"{'all':44} {now:7.2f} s {before:9.2f} s {now / before:7.2f}")
    matrix = torch.rand(SIDE, SIDE)
    limit = 2 * SIDE**3 / min(cpu_time(lambda: matrix @ matrix) for _ in range(5))
    operations = count_operations(options, model)
    convolutions = sum(part.now for part in parts[:3])
    print(f"convolutions: {operations / 1e12:.2f} TFLOP at {operations / convolutions / 1e9:.0f} GFLOP/s")
    print(f"matrix product: {limit / 1e9:.0f} GFLOP/s, at which they take {operations / limit:.1f} s")
    rest = [sum(getattr(part, way) for part in parts[3:]) for way in ("now", "before")]
    print(f"all that is no network: {rest[0]:.2f} s, before {rest[1]:.2f} s")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
