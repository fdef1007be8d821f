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
SERVER.set_forkserver_preload(["torch", "accelerate", "train.loop", "train.onnx.export"])


def start(*arguments: str, said: Path | None = None, environment: dict[str, str] | None = None) -> ForkServerProcess:
    """The running command; what it says on stdout and stderr is appended to a file."""
    told = json.dumps([environment or {}, str(said or os.devnull)])
    # by its path: another package's `tests` may be the one that can be imported
    process = SERVER.Process(target=runpy.run_path, args=(__file__,), kwargs={"run_name": "child"})
    # the child is given the arguments; the server, at its own start, the number of threads: two would wait for each
    # other on a machine that has more to do
    with mock.patch.object(sys, "argv", ["train", told, *arguments]), mock.patch.dict(os.environ, OMP_NUM_THREADS="1"):
        process.start()
    return process


def start_two(*arguments: str, said: Path | None = None) -> list[ForkServerProcess]:
    """The command in two processes that train together, with what accelerate launch tells them."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    common = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    ranks = [{**common, "RANK": rank, "LOCAL_RANK": rank, "ACCELERATE_USE_CPU": "true"} for rank in ("0", "1")]
    return [start(*arguments, said=said, environment=environment) for environment in ranks]


def _run() -> None:
    environment, said = json.loads(sys.argv.pop(1))
    os.environ.update(environment)
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    runpy.run_module("train", run_name="__main__")


if __name__ == "child":
    _run()
