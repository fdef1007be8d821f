"""Large pictures are read in another process: with the same results, one at a time, whatever happens there."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faces.errors import PictureError
from server.reader import jobs, process
from server.reader.process import Reader, is_small, read
from tests.conftest import draw_face
from tests.photographs import PORTRAIT

# functions that the process can import, and that are no jobs
SLEEP, EXIT, PID, ALLOCATE = time.sleep, os._exit, os.getpid, bytearray


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Replace the process of the app by one that ends with the test."""
    reader = Reader()
    monkeypatch.setattr(process, "READER", reader)
    yield reader
    reader.end()


def encode(picture: Image.Image, form: str = "PNG") -> bytes:
    stream = BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def test_small_pictures_are_read_here_and_all_others_elsewhere() -> None:
    face = draw_face(1)
    assert is_small(encode(face))
    assert is_small(encode(face.resize((1600, 1600))))
    assert not is_small(encode(face.resize((1700, 1700))))
    assert not is_small(encode(face) + bytes(2**20))
    for form in ("WEBP", "TIFF", "AVIF"):  # whose decoders may need more than their pixels
        assert not is_small(encode(face, form))
    with pytest.raises(PictureError, match="not a picture"):
        is_small(b"%!PS-Adobe-3.0")


def test_another_process_gives_the_same_pixels(reader: Reader) -> None:
    data = PORTRAIT.read_bytes()
    large = encode(Image.open(PORTRAIT).convert("RGB").resize((1800, 1800)))
    for how in ("aligned", "centre"):
        assert np.array_equal(read(jobs.crop_face, large, how, 1), jobs.crop_face(large, how, 1))
    here, there = jobs.find_faces(data), reader.run(jobs.find_faces, data)
    assert here.answer == there.answer
    assert [picture.tobytes() for picture in here.pictures] == [picture.tobytes() for picture in there.pictures]
    square = (100.0, 90.0, 80.0)
    assert reader.run(jobs.cut, data, square).tobytes() == jobs.cut(data, square).tobytes()


def test_refusals_come_back_as_they_are(reader: Reader) -> None:
    flat = encode(Image.new("RGB", (1800, 1800), "gray"))
    with pytest.raises(PictureError, match="No face was found"):
        read(jobs.crop_face, flat, "aligned", 1)
    with pytest.raises(PictureError, match="damaged"):
        read(jobs.find_faces, flat[: len(flat) // 2])
    with pytest.raises(PictureError, match="needs more memory"):
        reader.run(ALLOCATE, 10**10)
    assert reader.run(PID) != os.getpid()


def test_one_picture_is_read_at_a_time(reader: Reader) -> None:
    start = time.monotonic()
    with ThreadPoolExecutor(4) as visitors:
        list(visitors.map(lambda seconds: reader.run(SLEEP, seconds), [0.1] * 4))
        pids = list(visitors.map(lambda _: reader.run(PID), range(4)))
    assert time.monotonic() - start > 0.4
    assert len(set(pids)) == 1


def test_a_process_that_crashes_or_hangs_costs_one_picture(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reader.run(PID)
    with pytest.raises(PictureError, match="cannot be read"):
        reader.run(EXIT, 3)
    monkeypatch.setattr(process, "SECONDS", 0.1)
    with pytest.raises(PictureError, match="cannot be read"):
        reader.run(SLEEP, 600)
    monkeypatch.setattr(process, "SECONDS", 60)
    after = reader.run(PID)
    assert after != before
    os.kill(after, signal.SIGINT)  # Ctrl-C goes to all processes of a terminal; the app ends this one itself
    assert reader.run(PID) == after


def test_the_process_ends_after_the_last_picture(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "IDLE", 0.05)
    pid = reader.run(PID)
    deadline = time.monotonic() + 60
    while reader._process is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert reader.run(PID) != pid


def test_the_process_ends_with_the_app() -> None:
    """Its input is closed then, however the app ends."""
    reader = Reader()
    reader.run(PID)
    child = reader._process
    assert child
    assert child.stdin
    child.stdin.close()
    assert child.wait(60) == 0
    assert child.stdout
    child.stdout.close()
    reader._process = None


def test_a_picture_that_waits_too_long_gets_a_sentence(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.01)
    with reader._turn, pytest.raises(PictureError, match="busy with other pictures"):
        reader.run(PID)


def test_the_process_imports_neither_torch_nor_gradio(reader: Reader) -> None:
    loaded = reader.run(eval, "[name for name in ('torch', 'gradio') if name in __import__('sys').modules]")
    assert loaded == []
    assert Path(reader.run(os.getcwd)) == process.ROOT
