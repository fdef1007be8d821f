"""The page as a Space: seconds from its start to the first page, and memory once everything was asked for.

    python -m benchmarks.space_start

A Space's files are written into a folder of their own, with the bundled models, and started there as a Space starts
them, by this interpreter and its packages. Then every endpoint is asked. A free Space has 2 cores and 16 GB; the page
is to stay under 2 GB. Nothing else should run meanwhile.
"""

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import tyro
from gradio_client import Client, handle_file

from benchmarks.running_app import ROOT
from benchmarks.running_space import assemble, memory, running_space

PORTRAIT = str(ROOT / "assets" / "examples" / "astronaut.png")


@dataclass(frozen=True)
class Options:
    """What is measured."""

    starts: int = 3


def ask_all(address: str, downloads: str) -> dict[str, object]:
    """Every endpoint of the page once; what each answered."""
    client = Client(address, verbose=False, download_files=downloads)
    face = handle_file(PORTRAIT)
    code = client.predict(face, "vae", api_name="/encode")
    return {
        "/sample": client.predict(7, 16, api_name="/sample"),
        "/reconstruct": client.predict(face, api_name="/reconstruct"),
        "/compare_betas": client.predict(face, api_name="/compare_betas"),
        "/morph": client.predict(face, handle_file(PORTRAIT), api_name="/morph"),
        "/traverse": client.predict(code["mean"], "vae", 3, api_name="/traverse"),
        "/encode": code,
        "/decode": client.predict([code["mean"]], "vae", api_name="/decode"),
    }


def main(options: Options) -> None:
    """Start it so many times, and say what was seen."""
    starts, resident = [], []
    for _ in range(options.starts):
        with tempfile.TemporaryDirectory() as place:
            folder, home = assemble(Path(place) / "app"), Path(place)
            with running_space(folder, home, variables={"VAE_FACES_MODELS": "bundled"}) as space:
                starts.append(space.seconds)
                ask_all(space.address, place)
                resident.append(memory(space.process))
    print(f"start to first page   {statistics.median(starts):.1f} s")
    print(f"resident memory       {statistics.median(now for now, _ in resident) / 1e9:.2f} GB")
    print(f"the most of it        {statistics.median(most for _, most in resident) / 1e9:.2f} GB")


if __name__ == "__main__":
    main(tyro.cli(Options, prog="python -m benchmarks.space_start"))
