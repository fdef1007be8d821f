"""`python -m train RECIPE --data PATH`, and the same under `accelerate launch -m train`."""

import sys

import tyro

from train.config import TrainConfig
from train.interrupt import Interrupted
from train.recipes import DESCRIPTIONS, RECIPES


def main() -> int:
    """Run the command line; the exit status."""
    command = tyro.extras.subcommand_type_from_defaults(RECIPES, DESCRIPTIONS)
    try:
        config: TrainConfig = tyro.cli(command, prog="python -m train", description=__doc__)
        from train.loop import train  # after the arguments are right: it takes seconds

        try:
            folder = train(config)
        except Interrupted as stop:
            print(stop, file=sys.stderr)
            return 130
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped: --resume continues from the last checkpoint, where there is one", file=sys.stderr)
        return 130
    print(f"{folder} is finished: python app.py --models {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
