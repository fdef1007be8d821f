"""How the page is shown: in a browser, in a window, or not at all."""

import sys
from pathlib import Path

import pytest

from server.start import StartError
from server.viewer import choose_viewer


@pytest.mark.parametrize(
    ("platform", "display", "seen"),
    [
        ("linux", None, "nobody"),
        ("linux", "DISPLAY", "browser"),
        ("linux", "WAYLAND_DISPLAY", "browser"),
        ("darwin", None, "browser"),
        ("win32", None, "browser"),
    ],
)
def test_a_browser_is_opened_only_if_visible_and_wanted(
    monkeypatch: pytest.MonkeyPatch, platform: str, display: str | None, seen: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    if display:
        monkeypatch.setenv(display, "0")
    assert choose_viewer(browser=True, window=False) == seen
    assert choose_viewer(browser=False, window=False) == "nobody"


def test_a_window_is_refused_where_there_is_no_display(monkeypatch: pytest.MonkeyPatch, desktop: Path) -> None:
    monkeypatch.syspath_prepend(desktop)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(StartError, match="needs a display"):
        choose_viewer(browser=True, window=True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert choose_viewer(browser=True, window=True) == "window"


def test_a_space_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/faces")
    monkeypatch.setenv("DISPLAY", ":0")
    assert choose_viewer(browser=True, window=False) == "nobody"
