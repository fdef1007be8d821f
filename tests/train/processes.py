"""`python -m train ...` in processes of its own that start at once: one server imports torch and Accelerate, and every
process is forked from it."""

import json
import multiprocessing
import os
import runpy
import socket
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest import mock

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["torch", "accelerate", "train.loop", "train.export"])


def start(*arguments: str, errors: Path | None = None, environment: dict[str, str] | None = None) -> ForkServerProcess:
    """The running command, its stderr appended to a file."""
    told = json.dumps([{"OMP_NUM_THREADS": "1", **(environment or {})}, str(errors or os.devnull)])
    # by its path: another package's `tests` may be the one that can be imported
    process = SERVER.Process(target=runpy.run_path, args=(__file__,), kwargs={"run_name": "child"})
    with mock.patch.object(sys, "argv", ["train", told, *arguments]):  # the child is given it
        process.start()
    return process


def start_two(*arguments: str, errors: Path | None = None) -> list[ForkServerProcess]:
    """The command in two processes that train together, with what accelerate launch tells them."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    common = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    ranks = [{**common, "RANK": rank, "LOCAL_RANK": rank, "ACCELERATE_USE_CPU": "true"} for rank in ("0", "1")]
    return [start(*arguments, errors=errors, environment=environment) for environment in ranks]


def _run() -> None:
    environment, errors = json.loads(sys.argv.pop(1))
    os.environ.update(environment)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    runpy.run_module("train", run_name="__main__")


if __name__ == "child":
    _run()
