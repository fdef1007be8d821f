import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file

from benchmarks.running_app import running_app
from server.uploads import deletion
from server.uploads.deletion import delete_old, keep_deleting
from server.uploads.folder import FOLDER

ROOT = Path(__file__).parents[3]
PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"
HASTY = """import sys; from server.uploads import deletion; deletion.EVERY, deletion.AGE = 1, 20; import app
sys.exit(app.run(app.Options(port=int(sys.argv[2]), no_open=True)))"""
CALLS: dict[str, list[object]] = {  # endpoints that take a picture, and their other values
    "reconstruct": ["centre", 1, 0.0],
    "compare_betas": ["beta-vae", 7, "centre", 1],
    "morph": ["x", "linear", "centre"],
    "encode": ["vae", "centre", 1],
    "find": [],
    "cut": [None],
}
HALF = b"\r\n".join(
    (
        b"POST /gradio_api/upload HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Content-Type: multipart/form-data; boundary=b",
        b"Content-Length: 9000000",
        b"",
        b"--b",
        b'Content-Disposition: form-data; name="files"; filename=".."',
        b"",
        b"x" * 3_000_000,
    )
)
LEAVE = "from server.uploads.folder import create_folder; f = create_folder(); (f / 'x').write_text(''); print(f)"


def leave_file(variables: dict[str, str]) -> Path:
    """Return the folder of a process that has left a file in it."""
    done = subprocess.run(
        [sys.executable, "-c", LEAVE], cwd=ROOT, env=variables, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())


def test_old_files_and_empty_folders_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "face.png").write_bytes(b"x")
    (tmp_path / "tmp123").write_bytes(b"an upload that was given up")
    (tmp_path / "link").symlink_to(PORTRAIT)
    before = sorted(tmp_path.rglob("*"))
    delete_old(tmp_path, 60)
    assert sorted(tmp_path.rglob("*")) == before
    time.sleep(0.05)
    delete_old(tmp_path, 0.04)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "full"]  # it has changed: a file was deleted
    time.sleep(0.05)
    delete_old(tmp_path, 0.04)
    assert not list(tmp_path.rglob("*"))
    assert PORTRAIT.is_file()
    delete_old(tmp_path / "nowhere", 0)


def test_one_path_that_cannot_be_deleted_leaves_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"x")
    unlink = os.unlink

    def refuse(path: str) -> None:
        if path.endswith("b"):
            raise PermissionError(path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", refuse)
    delete_old(tmp_path, -1)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_files_from_the_future_are_deleted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face.png").write_bytes(b"x")
    monkeypatch.setattr(time, "time", lambda: 0.0)  # the clock was set back
    delete_old(tmp_path, 60)
    assert not list(tmp_path.iterdir())


def test_deletion_goes_on_whatever_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "EVERY", 0.001)
    rounds = threading.Event()
    calls = []

    def fail(*_: object) -> None:
        calls.append(1)
        if len(calls) > 20:
            rounds.set()
        raise MemoryError

    monkeypatch.setattr(deletion, "delete_old", fail)
    keep_deleting(tmp_path, fail)
    assert rounds.wait(60)


def test_the_folder_of_a_process_is_deleted_with_it() -> None:
    folder = leave_file({name: value for name, value in os.environ.items() if name != FOLDER})
    assert folder.name.startswith("vae-faces-")
    assert not folder.exists()


def test_in_a_folder_that_was_chosen_only_our_own_is_deleted(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    assert not leave_file({**os.environ, FOLDER: str(chosen)}).exists()
    (chosen / "private.txt").write_text("mine")
    folder = leave_file({**os.environ, FOLDER: str(chosen)})
    assert folder.parent == chosen
    assert list(chosen.iterdir()) == [chosen / "private.txt"]


def give_up_upload(address: str) -> None:
    """Send half of an upload and leave."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(HALF)


@pytest.mark.processes
def test_uploads_and_results_are_deleted_and_never_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chosen, photo = tmp_path / "uploads", tmp_path / "me-on-holiday.png"
    photo.write_bytes(PORTRAIT.read_bytes())
    with running_app(command=(sys.executable, "-c", HASTY), variables={FOLDER: str(chosen)}) as app:
        client = Client(app.address, verbose=False, download_files=False)
        client.predict(handle_file(str(photo)), api_name="/reconstruct")
        (folder,) = chosen.iterdir()
        for path in (folder, f"{folder}/..", f"{folder}/none", "/", ""):
            for name, values in CALLS.items():
                given = [{"path": str(path), "meta": {"_type": "gradio.FileData"}}, *values]
                event = httpx.post(f"{app.address}gradio_api/call/{name}", json={"data": given}).json()["event_id"]
                assert "event: error" in httpx.get(f"{app.address}gradio_api/call/{name}/{event}").text
        give_up_upload(app.address)
        assert [file for file in folder.rglob("*") if file.is_file()]
        deadline = time.monotonic() + 120
        while (left := list(folder.rglob("*"))) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not left
    assert not list(chosen.iterdir())
    said = "".join(capfd.readouterr())
    assert "running on" in said.lower()
    assert photo.stem not in said
