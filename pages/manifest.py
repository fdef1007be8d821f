"""Manifest and icons of fixed sizes, by which a browser installs the page as an application.

All addresses are relative to the manifest's, and there is no `id`: the application's identity is then the address of
the page, also below a path. With an `id`, two pages of one host would be the same application.
"""

import io
import json
import re
from pathlib import Path

import numpy as np
from PIL import Image

from pages import TITLE

ICON = Path(__file__).parents[1] / "assets" / "icon.png"
SIZES = (192, 512)  # pixels, of the icons that a manifest must have
APPLE_SIZE = 180  # pixels, on the home screen of an iPhone
PAGE = ICON.parent / "page" / "index.html"
DESCRIPTION = re.compile('<meta name="description" content="([^"]*)">')
GROUND, BAR = "#f7f8fa", "#ffffff"  # --ground and --card of page/style.css


def make_documents() -> dict[str, bytes]:
    """Make the manifest and its icons, by address."""
    return {
        "manifest.json": json.dumps(make_manifest()).encode(),
        **{f"icons/{size}.png": draw_icon(size) for size in SIZES},
        **{f"icons/full-{size}.png": draw_full_icon(size) for size in (APPLE_SIZE, *SIZES)},
    }


def make_manifest() -> dict[str, object]:
    """Return the manifest by which a browser installs the page as an application."""
    icons = [
        {"src": f"icons/{beginning}{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for beginning, purpose in (("", "any"), ("full-", "maskable"))
        for size in SIZES
    ]
    description = DESCRIPTION.search(PAGE.read_text(encoding="utf-8"))
    assert description, "the page describes itself"
    return {
        "name": TITLE,
        "short_name": TITLE,
        "description": description[1],
        "lang": "en",
        "icons": icons,
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": BAR,
    }


def draw_icon(size: int) -> bytes:
    """Draw the icon, `size` pixels a side, as PNG."""
    with Image.open(ICON, formats=("PNG",)) as icon:
        return _to_png(icon.resize((size, size), Image.Resampling.LANCZOS))


def draw_full_icon(size: int) -> bytes:
    """Draw the icon without its round corners, for systems that cut it to a shape of their own, as PNG.

    The stripes fill the square. The face is in the middle: a circle of 80 % of the side has all of it, which is the
    part that a system may not cut away (W3C, Web Application Manifest, `purpose` maskable).
    """
    with Image.open(ICON, formats=("PNG",)) as icon:
        face = icon.convert("RGBA")
        stripes = np.asarray(face.convert("RGB"))[face.height // 2]  # (width, 3): a row between eyes and mouth
        ground = Image.fromarray(np.broadcast_to(stripes, (face.height, *stripes.shape)).copy())
        ground.paste(face, mask=face)
        return _to_png(ground.resize((size, size), Image.Resampling.LANCZOS))


def _to_png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
