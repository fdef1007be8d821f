"""`python -m train RECIPE --data PATH`, and the same under `accelerate launch -m train`; `python -m train VERB ...`."""

import sys

import tyro

from train import failures
from train.config import TrainConfig
from train.interrupt import Interrupted
from train.recipes import DESCRIPTIONS, RECIPES
from train.verbs import VERBS, Command


def main() -> int:
    """Run the command line; the exit status: 0, 2 for what has to be mended, 130 after Ctrl-C, 143 after SIGTERM."""
    about = {name: str(verb.__doc__) for name, verb in VERBS.items()}
    command = tyro.extras.subcommand_type_from_defaults({**RECIPES, **VERBS}, {**DESCRIPTIONS, **about})
    config: Command | None = None
    try:
        config = tyro.cli(command, prog="python -m train", description=__doc__)
        print(config.run())
    except (ValueError, OSError, FloatingPointError, MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not failures.is_memory(error):
            raise  # a mistake of ours
        print(f"error: {failures.sentence(error, training=isinstance(config, TrainConfig))}", file=sys.stderr)
        return 2
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        return 128 + stop.number
    except KeyboardInterrupt:
        print("stopped: --resume continues from the last checkpoint, where there is one", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
