"""The app with a watch on its event loop, started as a user starts the app: see `benchmarks.event_loop`."""

import asyncio
import os
import runpy
import time
from pathlib import Path
from typing import Any

import uvicorn

from benchmarks.running_app import ROOT

STALLS = "EVENT_LOOP_STALLS"  # names the file into which each stall is written, in milliseconds
EVERY = 0.005  # seconds between two looks
LEAST = 20.0  # milliseconds of a stall that is written

serve = uvicorn.Server.serve


async def watch(file: Path) -> None:
    """Write each time that the loop comes back later than asked, with the clock's time, until it is cancelled."""
    with file.open("w", buffering=1, encoding="ascii") as lines:
        while True:
            start = time.monotonic()
            await asyncio.sleep(EVERY)
            late = 1000 * (time.monotonic() - start - EVERY)
            if late > LEAST:
                lines.write(f"{start:.3f} {late:.1f}\n")


async def serve_watched(self: uvicorn.Server, *arguments: Any, **options: Any) -> None:
    """Serve as uvicorn does, with the watch beside it."""
    watching = asyncio.create_task(watch(Path(os.environ[STALLS])))
    try:
        await serve(self, *arguments, **options)
    finally:
        watching.cancel()


if __name__ == "__main__":
    uvicorn.Server.serve = serve_watched  # type: ignore[method-assign]
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
