"""The command of every recipe: train a model, and push it if asked."""

import os

from train.config import TrainConfig


def run(config: TrainConfig) -> str:
    """Train, push if `config.push_to` is set, and return the closing sentence.

    Raises UserError as `loop.train` does, and before training if the repository may not be written to.
    """
    from train import loop  # late: it takes seconds

    if config.push_to:
        _check_push(config.push_to, ask=is_first_process())
    folder = loop.train(config)
    look = f"python -m train curve {folder}" if config.dial else f"python app.py --models {folder}"
    finished = f"{folder} is finished: {look}"
    if config.push_to is None or not is_first_process():
        return finished
    from train.hub.push import Target, plan_upload, push_and_report

    return f"{finished}\n{push_and_report(plan_upload(folder, Target(config.push_to)))}"


def is_first_process() -> bool:
    """Decide whether this is the only process of a run, or the first of several, by the variables of a launcher."""
    # not accelerate.PartialState: created before the run's Accelerator, it would ignore other processes on CPUs
    return os.environ.get("RANK", "0") == "0"


def _check_push(repo: str, *, ask: bool) -> None:
    """Check the name of the repository and, if `ask` is set, that the Hub lets the current token write to it."""
    from train.hub.account import require_name, require_writer

    require_name(repo)
    if ask:
        require_writer(repo)
