"""What a run says of itself as it goes: a bar on the terminal, and the tracker's curves."""

from accelerate import Accelerator
from tqdm import tqdm

from train.config import TrainConfig


def bar(config: TrainConfig, accelerator: Accelerator, first: int, steps: int) -> tqdm:
    """Images done and to come, images/s, the time left; of one process."""
    return tqdm(
        total=steps * config.batch_size,
        initial=first * config.batch_size,
        desc=config.recipe,
        unit=" images",
        unit_scale=True,
        disable=not accelerator.is_main_process,
    )


def report(accelerator: Accelerator, shown: tqdm, line: dict[str, float], step: int) -> None:
    """Show a line of metrics.jsonl beside the bar, and to the tracker with the images/s."""
    shown.set_postfix(line)
    rate = shown.format_dict["rate"]
    accelerator.log({**line, **({"images_per_second": rate} if rate else {})}, step=step)
