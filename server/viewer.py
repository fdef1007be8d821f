"""How the page is shown: in a browser, in a window of its own, or not at all."""

import os
import sys
import webbrowser
from importlib.util import find_spec
from typing import Literal

from server.start import TITLE, StartError

Viewer = Literal["browser", "window", "nobody"]


def choose_viewer(browser: bool, window: bool) -> Viewer:
    """Return how the page can be shown here. Raises StartError for a window if there can be none."""
    if window and find_spec("webview") is None:
        # on Linux pywebview brings no toolkit of its own
        package = '"pywebview[qt]"' if sys.platform == "linux" else "pywebview"
        raise StartError(f"--window needs one more package: pip install {package}")
    if window and not _has_display():
        raise StartError("--window needs a display, and there is none here")
    if window:
        return "window"
    return "browser" if browser and _has_display() else "nobody"


def show(address: str, viewer: Viewer) -> None:
    """Show the page, and wait until a window is closed. Raises StartError if the window cannot be drawn."""
    if viewer == "browser":
        webbrowser.open(address)
    elif viewer == "window":
        import webview  # an optional package: only a window needs it

        from pages.manifest import ICON

        webview.settings["ALLOW_DOWNLOADS"] = True  # the page's films and pictures
        webview.create_window(TITLE, address, width=1440, height=940, text_select=True, zoomable=True)
        # on Linux pywebview tries GTK first, and reports at length if that is missing
        toolkit = "qt" if sys.platform == "linux" and find_spec("qtpy") else None
        try:
            webview.start(gui=toolkit, icon=str(ICON))
        except webview.WebViewException as error:
            raise StartError(f"The window cannot be drawn: {error}") from error


def _has_display() -> bool:
    """Check whether a browser can be seen: not on a Space, nor where Linux would open a text browser."""
    if "SPACE_ID" in os.environ:
        return False
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
