"""`python -m train RECIPE --data PATH`, and the same under `accelerate launch -m train`; `python -m train VERB ...`."""

import os
import sys

import tyro

from train import errors
from train.cli import VERBS, Command
from train.config import TrainConfig
from train.recipes import DESCRIPTIONS, RECIPES
from train.run.signals import Interrupted


def main() -> int:
    """Run the command line; the exit status: 0, 2 for what has to be mended, 130 after Ctrl-C, 143 after SIGTERM."""
    about = {name: str(verb.__doc__) for name, verb in VERBS.items()}
    command = tyro.extras.subcommand_type_from_defaults({**RECIPES, **VERBS}, {**DESCRIPTIONS, **about})
    config: Command | None = None
    try:
        config = tyro.cli(command, prog="python -m train", description=__doc__)
        told = config.run()
        if _is_first():
            print(told)
    except (ValueError, OSError, FloatingPointError, MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not errors.is_memory(error):
            raise  # a mistake of ours
        if not isinstance(error, ValueError | FloatingPointError) or _is_first():  # these, all processes meet alike
            print(f"error: {errors.sentence(error, training=isinstance(config, TrainConfig))}", file=sys.stderr)
        return 2
    except Interrupted as stop:
        if _is_first():
            print(stop, file=sys.stderr)
        return 128 + stop.number
    except KeyboardInterrupt:
        print("stopped: --resume continues from the last checkpoint, where there is one", file=sys.stderr)
        return 130
    return 0


def _is_first() -> bool:
    """Whether this is the only process of a run, or the first of several."""
    return os.environ.get("RANK", "0") == "0"


if __name__ == "__main__":
    sys.exit(main())
