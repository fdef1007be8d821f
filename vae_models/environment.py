"""The environment of a program: no telemetry, caches that can be written, no proxy in front of this machine.

`app.py` and `python -m train` call `prepare` before they import the libraries that read these variables. Processes that
they start inherit them.
"""

import io
import os
import stat
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

# Libraries that report their use unless these are set. Each is read when its library is imported.
NO_TELEMETRY = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # also of trackio's dashboard
    "HF_HUB_DISABLE_TELEMETRY": "1",  # also of gradio_client, datasets and trackio
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",  # datasets
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime from 1.32 on writes an identifier of the machine and reports it
    "WANDB_ERROR_REPORTING": "false",  # wandb reports its errors even while it is offline
}
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def prepare() -> str | None:
    """Prepare this process; return a sentence if caches get a folder that the user must know."""
    disable_telemetry()
    bypass_proxies(*LOOPBACK)
    escape_output()
    return prepare_caches()


def disable_telemetry() -> None:
    """Keep libraries from reporting their use, unless the user has set their variables otherwise."""
    for name, value in NO_TELEMETRY.items():
        os.environ.setdefault(name, value)


def escape_output() -> None:
    """Escape characters that a terminal cannot show, such as β in a Latin-1 locale, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def proxies() -> dict[str, str]:
    """Return the proxies that the environment sets, by the name of the variable; lower case goes before upper case."""
    values = {name: os.environ.get(name) or os.environ.get(name.upper()) for name in PROXIES}
    return {name: value for name, value in values.items() if value}


def bypass_proxies(*hosts: str) -> None:
    """Let this process reach `hosts` without the proxies that the environment sets."""
    known = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    listed = [host.strip() for host in known.split(",") if host.strip()]
    if proxies() and "*" not in listed:
        listed += [host for host in hosts if host not in listed]
        # libraries read either spelling
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(listed)


def drop_unusable_proxies() -> list[str]:
    """Remove proxies that the HTTP client of gradio cannot use from this process; return a sentence about each.

    With such a proxy the client fails even if it would not use it.
    """
    sentences = []
    for name, proxy in proxies().items():
        scheme = proxy.partition("://")[0].lower() if "://" in proxy else "http"
        if scheme in ("http", "https") or (scheme in ("socks5", "socks5h") and find_spec("socksio")):
            continue
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
        fix = "pip install socksio" if scheme.startswith("socks5") else "write http://, https:// or socks5://"
        sentences.append(f"{name.upper()} is not used, because it is a proxy by {scheme}: {fix}")
    return sentences


def prepare_caches() -> str | None:
    """Let all caches use a folder below the temporary one if the home folder cannot hold them.

    Returns a sentence that names the folder; None if the home folder is usable, or if no folder can be written.
    """
    home = Path.home() if _has_home() else None
    before = os.environ.get("XDG_CACHE_HOME") or (str(home / ".cache") if home else None)
    usable = before is not None and _can_write(Path(before))
    cache = before if usable else _temporary_folder()
    if cache is None:
        return None  # whatever needs a cache says so
    if not home:
        os.environ["HOME"] = cache
    if os.name == "posix":  # matplotlib, which gradio imports, writes below ~/.config otherwise
        os.environ.setdefault("MPLCONFIGDIR", f"{cache}/vae-faces/matplotlib")
    if usable:
        return None
    os.environ["XDG_CACHE_HOME"] = cache
    if before and "HF_HOME" not in os.environ:  # a token can still be read where nothing can be written
        os.environ.setdefault("HF_TOKEN_PATH", f"{before}/huggingface/token")
    return f"no cache can be written in {before or 'a home folder'}: caches are in {cache} (or set XDG_CACHE_HOME)"


def _has_home() -> bool:
    with suppress(RuntimeError):  # a user without an entry in the user database, and HOME is not set
        return os.path.isdir(Path.home())
    return False


def _can_write(folder: Path) -> bool:
    """Decide whether files can be created in `folder`, or whether the folder itself can be created."""
    # os.path, because pathlib raises for folders that cannot be read
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.exists(path))
    return os.path.isdir(existing) and os.access(existing, os.W_OK | os.X_OK)


def _temporary_folder() -> str | None:
    """Return this user's cache folder below the temporary one, which nobody else may read; None if it cannot exist."""
    try:
        folder = Path(tempfile.gettempdir()) / f"vae-faces-cache-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
    except OSError:
        return None
    private = not hasattr(os, "getuid") or facts.st_uid == os.getuid()
    # the temporary folder is everybody's: another user may have made a folder or a link of that name
    return str(folder) if private and stat.S_ISDIR(facts.st_mode) and _can_write(folder) else None
