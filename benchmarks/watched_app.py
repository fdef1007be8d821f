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
SCHEDULE = Path("/proc/thread-self/schedstat")  # nanoseconds on a processor and waiting for one
LEAST = 20.0  # milliseconds of a stall that is written

serve = uvicorn.Server.serve


def wait_for_processor() -> float:
    """Return for how many seconds this thread was ready and had no processor (Linux; 0 elsewhere)."""
    if not SCHEDULE.exists():
        return 0
    return int(SCHEDULE.read_text(encoding="ascii").split()[1]) / 1e9


async def watch(file: Path) -> None:
    """Write each time that the loop comes back later than asked, with the clock's time, until it is cancelled.

    The time in which the system had no processor for the loop's thread does not count: other programs took it.
    """
    with file.open("w", buffering=1, encoding="ascii") as lines:
        while True:
            start, before = time.monotonic(), wait_for_processor()
            await asyncio.sleep(EVERY)
            late = 1000 * (time.monotonic() - start - EVERY - (wait_for_processor() - before))
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
