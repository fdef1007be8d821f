"""`family`: every model of a family, trained and measured by the same commands, a few at a time."""

import os
import signal
import time
from pathlib import Path

from tqdm import tqdm

from train.commands.family import FamilyConfig, Planned
from train.evaluation import results_table
from train.family.command_line import words
from train.family.job import Member, Step
from train.run.signals import Interrupted, stop_signals
from vae_models.files.latent_names import NAMES
from vae_models.files.training_record import RECORD, TrainingRecord

POLL = 0.5  # seconds


def run(config: FamilyConfig) -> str:
    """Train and measure what an earlier call has not; the table of what the models score, or the commands of a dry run.

    Raises ValueError where a model failed, once the others are done, and Interrupted, which says how to go on.
    """
    planned = config.members()
    if config.dry_run:
        return "\n".join(step.line() for member in planned for step in steps(config, member))
    environment = _share_of_the_cores(config.at_once)
    waiting = [Member(name, told.folder(), steps(config, Planned(name, told)), environment) for name, told in planned]
    failures = _work_through(config, waiting)
    if failures:
        raise ValueError(
            f"{len(failures)} of {len(planned)} models of {config.folder()} failed; "
            f"once mended, the same command goes on:\n" + "\n".join(failures)
        )
    return results_table.render(results_table.records((config.folder(),)))


def steps(config: FamilyConfig, member: Planned) -> list[Step]:
    """The commands that a model takes. Training knows by itself what is left of it."""
    folder = member.run.folder()
    found = [Step(words(member.run), lambda: False)]
    if config.family == "sprites":
        data = ["--data", str(member.run.data)]
        found.append(Step(["disentangle", str(folder), *data], lambda: _has(folder, "disentanglement")))
    if config.attributes:
        labels = ["--attributes", str(config.attributes), *(["--cache", str(config.cache)] if config.cache else [])]
        apart = ["--data", str(config.val), "--split", "all", "--training", str(config.data)]
        scored = apart if config.val else ["--data", str(config.data)]
        pictures = ["--data", str(config.data), *(["--val", str(config.val)] if config.val else [])]
        found += [
            Step(["evaluate", str(folder), *scored, *labels], lambda: _has(folder, "attributes")),
            Step(["name-latents", str(folder), *pictures, *labels], (folder / NAMES).is_file),
        ]
    return found


def _has(folder: Path, entry: str) -> bool:
    return (folder / RECORD).is_file() and getattr(TrainingRecord.read(folder), entry) is not None


def _share_of_the_cores(models: int) -> dict[str, str]:
    """Models that train side by side would otherwise each start a thread on every core."""
    return {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // models))} if models > 1 else {}


def _work_through(config: FamilyConfig, waiting: list[Member]) -> list[str]:
    """All of them; the sentences of those that failed."""
    working: list[Member] = []
    failures: list[str] = []
    with stop_signals() as stopped, tqdm(total=len(waiting), desc=config.family, unit=" models") as shown:
        try:
            while (waiting or working) and not stopped:
                working += [waiting.pop(0) for _ in range(min(len(waiting), config.at_once - len(working)))]
                for member in [member for member in working if not member.advance()]:
                    working.remove(member)
                    failures += [member.failure] if member.failure else []
                    shown.update()
                shown.set_postfix_str(", ".join(member.doing() for member in working))
                time.sleep(POLL)
        finally:  # nothing goes on that nobody waits for
            for member in working:
                member.stop(stopped[0] if stopped else signal.SIGTERM)
            for member in working:
                member.wait()
    if waiting or working:
        raise Interrupted(f"stopped: the same command goes on with what is left of {config.folder()}", stopped[0])
    return failures
