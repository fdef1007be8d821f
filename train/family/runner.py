"""Run the jobs of a family, a few at a time."""

import signal
import time
from pathlib import Path

from tqdm import tqdm

from train.family.job import Job
from train.run.signals import Interrupted, record_signals
from vae_models.machine import available_cores

POLL = 0.5  # seconds


def share_cores(at_once: int) -> dict[str, str]:
    """Return environment variables that limit each of several simultaneous processes to its share of the cores."""
    return {"OMP_NUM_THREADS": str(max(1, available_cores() // at_once))} if at_once > 1 else {}


def run_jobs(jobs: list[Job], *, at_once: int, title: str, folder: Path) -> list[str]:
    """Run all jobs, `at_once` of them side by side, and return the error messages of those that failed.

    A failing job does not stop the others. Raises Interrupted, with a message that names `folder`, after a
    signal, once every running command has stopped.
    """
    waiting, running = list(jobs), list[Job]()
    failures: list[str] = []
    with record_signals() as received, tqdm(total=len(jobs), desc=title, unit=" models") as progress:
        try:
            while (waiting or running) and not received:
                running += [waiting.pop(0) for _ in range(min(len(waiting), at_once - len(running)))]
                for job in [job for job in running if not job.advance()]:
                    running.remove(job)
                    failures += [job.failure] if job.failure else []
                    progress.update()
                progress.set_postfix_str(", ".join(job.status() for job in running))
                time.sleep(POLL)
        finally:  # stop and wait for all child processes, so that none keeps training unattended
            for job in running:
                job.stop(received[0] if received else signal.SIGTERM)
            for job in running:
                job.wait()
    if waiting or running:
        raise Interrupted(f"stopped: run the same command again to continue with {folder}", received[0])
    return failures
