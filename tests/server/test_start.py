"""Where the app is served: beside others, by IPv4 and IPv6, and where the same page runs already."""

import os
import re
import socket
import threading
from contextlib import closing

import pytest

from server import start as starting
from server.start import Start, StartError, find_running, nameplate
from tests.server.conftest import Serve
from tests.server.desktop import VAE, free_port, listen


@pytest.mark.parametrize(
    ("first", "second", "enough"),
    [
        (Start("bundled"), Start("bundled"), True),
        (Start(VAE), Start(os.path.relpath(VAE)), True),
        (Start(VAE), Start("bundled"), False),
        (Start("bundled"), Start(VAE), False),
        (Start("bundled", host="0.0.0.0"), Start("bundled"), True),
        (Start("bundled", host="0.0.0.0"), Start("bundled", host="0.0.0.0"), True),
        (Start("bundled"), Start("bundled", host="0.0.0.0"), False),
        (Start("bundled", share=True), Start("bundled"), True),
        (Start("bundled"), Start("bundled", share=True), False),
    ],
)
def test_a_running_page_is_used_only_if_it_has_everything(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, first: Start, second: Start, enough: bool
) -> None:
    port, nobody = serve(nameplate(first)), free_port()
    monkeypatch.setattr(starting, "PORTS", [port, nobody])
    assert find_running(second) == (f"http://127.0.0.1:{port}" if enough else None)
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(port))  # gradio's own way to ask for a port
    if enough:
        assert find_running(second) == f"http://127.0.0.1:{port}"
    else:
        with pytest.raises(StartError, match=f"Port {port} is taken by VAE Faces with other options"):
            find_running(second)


def test_without_a_port_those_of_others_are_passed_over(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger, other, ours = serve(frozenset()), serve(nameplate(Start(VAE))), serve(nameplate(Start("bundled")))
    monkeypatch.setattr(starting, "PORTS", [stranger, other, ours])
    assert find_running(Start("bundled")) == f"http://127.0.0.1:{ours}"
    monkeypatch.setattr(starting, "PORTS", [stranger, other])
    assert find_running(Start("bundled")) is None


@pytest.mark.parametrize(
    "said", [b"", b"220 mail.example.org ESMTP\r\n", b"HTTP/1.0 404 Not Found\r\n\r\nnothing here"]
)
def test_a_port_taken_by_whatever_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(starting, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def talk() -> None:
            connection, _ = server.accept()
            with closing(connection):
                connection.sendall(said)
                connection.settimeout(120)
                while connection.recv(1000):  # until the other side has had enough
                    pass

        talking = threading.Thread(target=talk)
        talking.start()
        with pytest.raises(StartError, match=f"Port {port} is taken by something else"):
            find_running(Start("bundled", port=port))
        talking.join()


def test_a_port_where_nobody_listens_is_free() -> None:
    assert find_running(Start("bundled", port=free_port())) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost", "0.0.0.0", "::"])
def test_a_port_is_free_if_nobody_listens_there_in_its_own_family(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with listen({"localhost": "127.0.0.1"}.get(host, host.strip("[]"))) as server:
        taken = server.getsockname()[1]
        start = Start("bundled", host=host)
        nobody = free_port()
        monkeypatch.setattr(starting, "PORTS", [taken, nobody])
        assert starting.find_free_port(start) == nobody
        with pytest.raises(StartError, match=f"Port {taken} is taken"):
            starting.find_free_port(Start("bundled", host=host, port=taken))
        monkeypatch.setattr(starting, "PORTS", [taken])
        with pytest.raises(StartError, match="--port"):
            starting.find_free_port(start)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no such name"])
def test_a_host_that_is_not_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(StartError, match=re.escape(f"cannot be served at {starting.in_address(host)}:")):
        starting.find_free_port(Start("bundled", host=host))


@pytest.mark.parametrize("host", ["::", "::1", "[::1]"])
def test_a_page_served_by_ipv6_is_recognised_and_shown_in_brackets(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    start = Start("bundled", host=host)
    answer = "\n".join(nameplate(start)).encode()
    with listen("::1") as server:
        port = server.getsockname()[1]

        def serve_once() -> None:
            connection, _ = server.accept()
            with closing(connection):
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + answer)

        serving_thread = threading.Thread(target=serve_once)
        serving_thread.start()
        monkeypatch.setattr(starting, "PORTS", [port])
        assert find_running(start) == f"http://[::1]:{port}"
        serving_thread.join()
    assert starting.local_address(start, port) == f"http://[::1]:{port}/"


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    with pytest.raises(StartError, match="no port"):
        find_running(Start("bundled", port=port))
    monkeypatch.setenv("GRADIO_SERVER_PORT", "seven")
    with pytest.raises(StartError, match="'seven' is no port"):
        find_running(Start("bundled"))


def test_a_nameplate_does_not_tell_where_the_models_are() -> None:
    assert not [line for line in nameplate(Start(VAE)) if "weights" in line]


def test_a_space_does_not_ask_its_predecessor(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    port = serve(nameplate(Start("bundled")))
    monkeypatch.setenv("SPACE_ID", "someone/faces")
    assert find_running(Start("bundled", port=port)) is None
