import io
import os
import stat
import urllib.request
from pathlib import Path

import httpx
import pytest

from vae_models import environment

VARIABLES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "HF_HOME", "HF_TOKEN_PATH", "TMPDIR")
SPELLINGS = [spelling for name in environment.PROXIES for spelling in (name, name.upper())]


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the variables of this machine; `monkeypatch` puts them back, also those that a test has set."""
    for name in (*VARIABLES, *SPELLINGS, "no_proxy", "NO_PROXY", *environment.NO_TELEMETRY):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the temporary folder of this process."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def forbid(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Let these folders be read-only; root may write everywhere, so the permissions themselves prove nothing."""
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) not in folders)


def proxied(address: str) -> bool:
    """Decide whether httpx would ask a proxy for this address."""
    with httpx.Client() as client:
        return client._transport_for_url(httpx.URL(address)) is not client._transport


def test_variables_that_the_user_has_set_keep_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.NO_TELEMETRY:
        monkeypatch.setenv(name, "mine")
    environment.disable_telemetry()
    assert {os.environ[name] for name in environment.NO_TELEMETRY} == {"mine"}


@pytest.mark.parametrize("variable", SPELLINGS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_reached_without_the_proxy_and_others_with_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    scheme = "https" if "https" in variable.lower() else "http"
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert proxied(f"{scheme}://{host}:7860/")
    environment.bypass_proxies(*environment.LOOPBACK)
    assert not proxied(f"{scheme}://{host}:7860/")
    assert proxied(f"{scheme}://example.org/")
    assert urllib.request.proxy_bypass(host.strip("[]"))


@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_hosts_that_already_bypass_the_proxy_still_do(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(variable, "example.org, localhost")
    environment.bypass_proxies(*environment.LOOPBACK)
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "example.org,localhost,127.0.0.1,::1"
    assert not proxied("http://example.org/")
    monkeypatch.setenv(variable, "*")
    monkeypatch.delenv({"no_proxy": "NO_PROXY", "NO_PROXY": "no_proxy"}[variable])
    environment.bypass_proxies(*environment.LOOPBACK)
    assert os.environ[variable] == "*"


def test_nothing_is_set_without_a_proxy() -> None:
    """Libraries that find any of these variables do not ask macOS or Windows for proxies."""
    environment.bypass_proxies(*environment.LOOPBACK)
    assert not {"no_proxy", "NO_PROXY"} & os.environ.keys()


@pytest.mark.parametrize("proxy", ["socks5://user:secret@127.0.0.1:9", "socks://127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_proxy_that_the_client_cannot_use_is_removed_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("HTTP_PROXY", "127.0.0.1:9")
    with pytest.raises((ImportError, ValueError)):
        httpx.Client()
    (sentence,) = environment.drop_unusable_proxies()
    assert sentence.startswith("ALL_PROXY is not used, because it is a proxy by ")
    assert "secret" not in sentence
    assert proxied("http://example.org/")
    assert environment.drop_unusable_proxies() == []


def test_a_usable_home_folder_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert environment.prepare_caches() is None
    assert os.environ["HOME"] == str(tmp_path)
    assert not {"XDG_CACHE_HOME", "HF_TOKEN_PATH"} & os.environ.keys()
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / ".cache" / "vae-faces" / "matplotlib")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("home", ["missing", "file"])
def test_without_a_home_folder_caches_are_below_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path, home: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / home))
    sentence = environment.prepare_caches()
    (folder,) = temporary.iterdir()
    assert sentence is not None
    assert sentence.count(str(folder)) == 1
    assert Path.home() == folder
    assert os.environ["XDG_CACHE_HOME"] == str(folder)
    assert os.environ["MPLCONFIGDIR"] == str(folder / "vae-faces" / "matplotlib")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert environment.prepare_caches() is None  # a process that this one starts has nothing to say


def test_without_a_home_folder_a_cache_folder_that_was_named_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert environment.prepare_caches() is None
    assert os.environ["XDG_CACHE_HOME"] == os.environ["HOME"] == str(tmp_path / "cache")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("cache", [None, "cache"])
def test_a_home_folder_that_can_only_be_read_keeps_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path, cache: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    before = tmp_path / (cache or ".cache")
    before.mkdir()
    if cache:
        monkeypatch.setenv("XDG_CACHE_HOME", str(before))
    forbid(monkeypatch, tmp_path, before)
    sentence = environment.prepare_caches()
    (folder,) = temporary.iterdir()
    assert sentence is not None
    assert sentence.startswith(f"no cache can be written in {before}: caches are in {folder} ")
    assert os.environ["HOME"] == str(tmp_path)
    assert os.environ["XDG_CACHE_HOME"] == str(folder)
    assert os.environ["HF_TOKEN_PATH"] == str(before / "huggingface" / "token")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="the temporary folder is the user's own")
def test_a_folder_that_another_user_has_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))
    (temporary / f"vae-faces-cache-{os.getuid()}").symlink_to(tmp_path)
    assert environment.prepare_caches() is None
    assert "XDG_CACHE_HOME" not in os.environ
    (temporary / f"vae-faces-cache-{os.getuid()}").unlink()
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    (temporary / f"vae-faces-cache-{os.getuid()}").mkdir()
    assert environment.prepare_caches() is None
    assert "XDG_CACHE_HOME" not in os.environ


def test_output_escapes_what_a_terminal_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr("sys.stdout", stream)
    environment.escape_output()
    print("β", flush=True)
    stream.buffer.seek(0)
    assert stream.buffer.read() == b"\\u03b2\n"
