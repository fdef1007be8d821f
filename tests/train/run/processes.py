"""`python -m train ...` in processes that start at once, forked from a server with torch and Accelerate."""

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


def start(*arguments: str, output: Path | None = None, environment: dict[str, str] | None = None) -> ForkServerProcess:
    """Start the command. Its stdout and stderr are appended to the file `output`."""
    setting = json.dumps([environment or {}, str(output or os.devnull)])
    # by its path: another package's `tests` may be the one that can be imported
    process = SERVER.Process(target=runpy.run_path, args=(__file__,), kwargs={"run_name": "child"})
    # sys.argv reaches the child; the number of threads is set when the server starts: two threads would wait for each
    # other on a busy machine
    with (
        mock.patch.object(sys, "argv", ["train", setting, *arguments]),
        mock.patch.dict(os.environ, OMP_NUM_THREADS="1"),
    ):
        process.start()
    return process


def start_two(*arguments: str, output: Path | None = None) -> list[ForkServerProcess]:
    """Start the command in two processes that train together, with the environment that accelerate launch sets."""
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    common = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    ranks = [{**common, "RANK": rank, "LOCAL_RANK": rank, "ACCELERATE_USE_CPU": "true"} for rank in ("0", "1")]
    return [start(*arguments, output=output, environment=environment) for environment in ranks]


def _run() -> None:
    environment, output = json.loads(sys.argv.pop(1))
    os.environ.update(environment)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    runpy.run_module("train", run_name="__main__")


if __name__ == "child":
    _run()
