"""`python -m train RECIPE --data PATH`, also under `accelerate launch -m train`; `python -m train COMMAND ...`."""

import sys
import traceback
from collections.abc import Sequence

from train import cli
from train.commands import train
from train.config import TrainConfig
from train.errors import UserError, explain
from train.run.signals import Interrupted
from train.terminal import ignore_closed_terminal
from vae_models import environment

DEBUG = "--debug"


def main(arguments: Sequence[str] | None = None, prog: str = "python -m train") -> int:
    """Run a command line; return its exit status: 0, 2 for a user error, 128 + number after a signal: 130 after Ctrl-C.

    Errors that the user can fix are printed as one sentence, all others keep their traceback.
    """
    given = sys.argv[1:] if arguments is None else arguments
    debug, training = DEBUG in given, False
    note = environment.prepare()
    ignore_closed_terminal()
    try:
        config = cli.parse([argument for argument in given if argument != DEBUG], prog)
        if note and train.is_first_process():
            print(note, file=sys.stderr)
        training = isinstance(config, TrainConfig)
        text = train.run(config) if isinstance(config, TrainConfig) else config.run()
        if train.is_first_process():
            print(text)
    except Interrupted as stop:
        if train.is_first_process():
            print(stop, file=sys.stderr)
        return 128 + stop.number
    except KeyboardInterrupt:
        hint = ": --resume continues from the last checkpoint, if there is one" if training else ""
        print(f"stopped{hint}", file=sys.stderr)
        return 130
    except Exception as error:
        sentence = explain(error, training=training)
        if sentence is None:
            raise
        if debug:
            traceback.print_exc()
        if train.is_first_process() or not _is_common(error):
            print(f"error: {sentence}", file=sys.stderr)
        return 2
    return 0


def _is_common(error: Exception) -> bool:
    """Decide whether all processes of a run meet this error: a full disk or memory may be the problem of one."""
    return isinstance(error, UserError) and not isinstance(error.__cause__, OSError)


if __name__ == "__main__":
    sys.exit(main())
