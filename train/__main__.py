"""`python -m train RECIPE --data PATH`, and the same under `accelerate launch -m train`; `python -m train VERB ...`."""

import sys

import tyro

from train.recipes import DESCRIPTIONS, RECIPES
from train.verbs import VERBS, Command


def main() -> int:
    """Run the command line; the exit status."""
    about = {name: str(verb.__doc__) for name, verb in VERBS.items()}
    command = tyro.extras.subcommand_type_from_defaults({**RECIPES, **VERBS}, {**DESCRIPTIONS, **about})
    try:
        config: Command = tyro.cli(command, prog="python -m train", description=__doc__)
        print(config.run())
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(str(stop) or "stopped: --resume continues from the last checkpoint, where there is one", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
