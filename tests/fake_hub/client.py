"""Settings that send huggingface_hub to the fake Hub instead of the real one."""

from pathlib import Path

import pytest
from huggingface_hub import constants, hf_api
from huggingface_hub.utils import close_session  # type: ignore[attr-defined]

from tests.fake_hub.accounts import WRITE


def connect(monkeypatch: pytest.MonkeyPatch, url: str, home: Path, token: str | None = WRITE) -> None:
    """Let huggingface_hub in this process talk to `url`, with its cache in `home` and this token."""
    close_session()  # connections to a server that has ended, and the proxies of the environment
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(hf_api.api, "endpoint", url)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    monkeypatch.setenv("HF_TOKEN", token or "")
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)


def environment(url: str, home: Path, token: str | None = WRITE) -> dict[str, str]:
    """Return the same settings as environment variables for another process."""
    return {
        "HF_ENDPOINT": url,
        "HF_HOME": str(home),
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_TOKEN": token or "",
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }
