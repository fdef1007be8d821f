"""Start-up time and memory of the app as a Space.

    python -m benchmarks.space_start

Writes a Space's files with the bundled models into a new folder and starts the app there like a Space does, but with
this interpreter and its packages. Then calls every endpoint and reads the memory. A free Space has 2 cores and 16 GB;
the goal is less than 2 GB. Run nothing else at the same time.
"""

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro
from gradio_client import Client, handle_file

from benchmarks.running_app import ROOT
from benchmarks.running_space import assemble, memory, running_space

PORTRAIT = str(ROOT / "assets" / "examples" / "astronaut.png")


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    starts: int = 3


def ask_all(address: str, downloads: str) -> dict[str, Any]:
    """Call every endpoint of the page once; return the answers by endpoint."""
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
    """Start the app several times and print medians."""
    starts, resident = [], []
    for _ in range(options.starts):
        with tempfile.TemporaryDirectory() as temporary:
            folder, home = assemble(Path(temporary) / "app"), Path(temporary)
            with running_space(folder, home, variables={"VAE_FACES_MODELS": "bundled"}) as space:
                starts.append(space.seconds)
                ask_all(space.address, temporary)
                resident.append(memory(space.process))
    print(f"start to first page   {statistics.median(starts):.1f} s")
    print(f"resident memory       {statistics.median(now for now, _ in resident) / 1e9:.2f} GB")
    print(f"peak                  {statistics.median(peak for _, peak in resident) / 1e9:.2f} GB")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
