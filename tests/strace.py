"""What a program asks the operating system for, by strace: the hosts that it asks, and the files that it writes."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest

SENDING = ("connect", "sendto", "sendmsg", "sendmmsg")
OPENING = ("open", "openat", "openat2")
CREATING = (  # their last path is the one that is created
    *("creat", "link", "linkat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2"),
    *("symlink", "symlinkat"),
)
ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
SERVICES = re.compile(r'sun_path="([^"]*(?:nscd|resolve|avahi|dbus)[^"]*)"')  # they look names up for a program
CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)(?:<(?P<path>[^>]*)>)?")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
WRITES = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")
NOT_FILES = ("/dev/", "/proc/", "/sys/")


class Trace(NamedTuple):
    """What a program has done beyond its own memory."""

    elsewhere: set[str]  # addresses of other machines and ports for names, and services that look names up
    written: set[Path]  # files and folders that were created, opened for writing, linked or renamed

    def outside(self, *folders: Path) -> set[Path]:
        """Return what was written outside of `folders`."""
        roots = [folder.resolve() for folder in folders]
        return {path for path in self.written if not any(path.is_relative_to(root) for root in roots)}


def require_strace() -> None:
    """Skip a test where strace cannot be had; fail where it can, so that no check of the CI passes unseen."""
    if sys.platform != "linux":
        pytest.skip("strace needs Linux")
    if shutil.which("strace") is None:
        if os.geteuid() == 0 or "CI" in os.environ:
            pytest.fail("strace is missing: apt-get install strace")
        pytest.skip("strace is missing: sudo apt-get install strace")


@contextmanager
def traced(
    command: Sequence[str], logs: Path, *, folder: Path, environment: dict[str, str]
) -> Iterator["subprocess.Popen[str]"]:
    """Run a program in `folder` and write what it does to `logs`, a file for each of its threads."""
    require_strace()
    logs.mkdir(parents=True)
    # one file a thread: no line is cut in two by another; -y: the paths of open files
    calls = ["chdir", *SENDING, *OPENING, *CREATING]
    options = ["-ff", "-qq", "-y", "--seccomp-bpf", "-s", "300", "-e", f"trace={','.join(calls)}", "-e", "signal=none"]
    with (logs / "output.txt").open("w") as output:
        program = subprocess.Popen(
            ["strace", *options, "-o", str(logs / "trace"), *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
        )
        try:
            yield program
        finally:
            if program.poll() is None:
                for child in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split():
                    os.kill(int(child), signal.SIGTERM)  # strace itself does not pass it on
                program.wait(300)


def read(logs: Path, folder: Path) -> Trace:
    """Read what a program that was started in `folder` has done."""
    trace = Trace(set(), set())
    for file in logs.glob("trace.*"):
        now = folder
        for line in file.read_text(errors="replace").splitlines():
            if line.startswith("chdir(") and line.endswith(" = 0"):
                now /= QUOTED.findall(line)[0]
            trace.elsewhere.update(_elsewhere(line))
            trace.written.update(path for path in _written(line, now) if not str(path).startswith(NOT_FILES))
    return trace


def _elsewhere(line: str) -> Iterator[str]:
    for port, address in ADDRESS.findall(line):
        if port == "53" or not (ip_address(address).is_loopback or ip_address(address).is_unspecified):
            yield f"{address} port {port}"
    if " = 0" in line:  # a service that does not run is no answer: the name is then looked up by port 53
        yield from SERVICES.findall(line)


def _written(line: str, folder: Path) -> Iterator[Path]:
    call = CALL.match(line)
    if call is None or int(call["result"]) < 0:
        return
    if call["name"] in OPENING and call["path"]:
        if any(flag in call["arguments"] for flag in WRITES):
            yield Path(call["path"].removesuffix(" (deleted)"))
    elif call["name"] in CREATING:
        bases = re.findall(r"\w+<([^>]*)>", call["arguments"])  # of calls such as mkdirat
        yield Path(os.path.normpath(Path(bases[-1] if bases else folder) / QUOTED.findall(call["arguments"])[-1]))
