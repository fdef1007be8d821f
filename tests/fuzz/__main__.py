"""Draw new examples until the time is over: python -m tests.fuzz --minutes 10."""

import sys
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import tyro
from hypothesis import HealthCheck, settings


@dataclass(frozen=True)
class Options:
    """Draw new examples of all properties in turn until the time is over."""

    minutes: float = 10
    """How long to search."""
    examples: int = 500
    """Examples of a property before the next one has its turn."""


def main(options: Options) -> int:
    """Search, print every counterexample, and return 1 if there is one."""
    settings.register_profile(
        "search",
        max_examples=options.examples,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("search")
    warnings.simplefilter("error")  # as in the suite: a warning is a line in the log
    properties, end, rounds, failures = _list_properties(), time.monotonic() + 60 * options.minutes, 0, 0
    while properties and time.monotonic() < end:
        rounds += 1
        for name, search in list(properties.items()):
            if time.monotonic() > end:
                break
            try:
                search()
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt | SystemExit):
                    raise
                traceback.print_exc()
                failures += 1
                del properties[name]  # it would find the same again
    print(f"{rounds} rounds of {options.examples} examples: {failures} properties do not hold")
    return min(failures, 1)


def _list_properties() -> dict[str, Callable[[], None]]:
    from tests.fuzz import test_arguments, test_pictures, test_tables

    modules = (test_pictures, test_tables, test_arguments)
    return {
        f"{module.__name__}.{name}": function
        for module in modules
        for name, function in vars(module).items()
        if name.startswith("test_")
    }


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, prog="python -m tests.fuzz")))
