"""Draw new examples until the time is over: python -m tests.fuzz --minutes 10."""

import secrets
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import tyro
from hypothesis import HealthCheck, settings


@dataclass(frozen=True)
class Options:
    """Draw new examples of all properties in turn until the time is over."""

    minutes: float = 10
    """How long to search."""
    examples: int = 500
    """Examples of a property before the next one has its turn."""
    seconds: float = 60
    """How long hostile requests are sent to a running app before the next property has its turn."""
    seed: int | None = None
    """Seed of the hostile requests, to repeat those of a failure; by default a new one each time."""
    only: str = ""
    """Search only the properties with this in their names, such as hostile."""


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
    properties, end, rounds, failures = _list_properties(options), time.monotonic() + 60 * options.minutes, 0, 0
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


def _list_properties(options: Options) -> dict[str, Callable[[], None]]:
    from tests.fuzz import test_arguments, test_pictures, test_tables

    modules = (test_pictures, test_tables, test_arguments)
    properties: dict[str, Callable[[], None]] = {
        f"{module.__name__}.{name}": function
        for module in modules
        for name, function in vars(module).items()
        if name.startswith("test_")
    }
    properties["hostile requests"] = lambda: _send_hostile_requests(options)
    return {name: search for name, search in properties.items() if options.only in name}


def _send_hostile_requests(options: Options) -> None:
    """Attack a running app for a while, and print the seed."""
    from tests.fuzz.test_hostile_requests import search

    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    print(f"hostile requests: --only hostile --seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print(search(Path(folder), seed, options.seconds), "requests", flush=True)


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, prog="python -m tests.fuzz")))
