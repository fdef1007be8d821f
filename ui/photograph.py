"""A photograph on its way to the models: the faces found in it, outlined, or a square chosen by hand."""

from html import escape
from typing import NamedTuple

from PIL import Image

from faces.align import NoFaceFound, align, find_faces, outline
from faces.image import crop, is_crop, require_large_enough, to_array
from ui import cards
from ui.subject import Pixels

SHOWN = 360  # pixels of the longer side of the photograph as it is shown again
MOST = 6  # faces to choose from


class Photograph(NamedTuple):
    """What a visitor's session keeps of an upload."""

    crops: tuple[Pixels, ...]  # as the models see them, largest face first; none where no face was found
    card: str  # the photograph, small, with the faces outlined, as HTML
    unfound: Image.Image | None  # small, to be cropped by hand; kept only where no face was found


def look_at(picture: Image.Image) -> Photograph:
    """An upright RGB picture -> the faces in it; without one, what a crop by hand needs.

    Raises PictureError where it is too small.
    """
    require_large_enough(picture)
    small = picture.copy()
    small.thumbnail((SHOWN, SHOWN))
    if is_crop(picture):
        return Photograph((to_array(picture),), _card(picture, small, "", "taken as it is"), None)
    try:
        faces = find_faces(picture)
    except NoFaceFound:
        return Photograph((), _card(picture, small, "", "no face found"), small)
    found = faces[:MOST]
    crops = tuple(to_array(align(picture, face)) for face in found)
    outlines = "".join(
        _polygon(outline(face), picture.size, label=f"{i}" if len(found) > 1 else "")
        for i, face in enumerate(found, start=1)
    )
    said = "1 face" if len(found) == 1 else f"{len(found)} faces"
    more = len(faces) - len(found) + faces.more
    said += f" and {more} more" if more else ""
    return Photograph(crops, _card(picture, small, outlines, said), None)


def crop_by_hand(picture: Image.Image, across: float, down: float, size: float) -> tuple[Pixels, str]:
    """A square of a picture -> the crop as the models see it, and the picture with the square outlined.

    across, down: where the square lies, 0 to 1 of the way it can go; size: its side in units of the largest one.
    """
    side = max(min(picture.size) * size, 16.0)
    left, top = (picture.width - side) * across, (picture.height - side) * down
    box = (left, top, left + side, top + side)
    square = picture.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))
    corners = ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]))
    card = _card(picture, picture, _polygon(corners, picture.size, label=""), "by hand")
    return to_array(crop(square, "centre")), card


def _card(picture: Image.Image, small: Image.Image, outlines: str, said: str) -> str:
    width, height = picture.size
    body = (
        f'<div class="original">{cards.picture_tag(small, "The picture you chose")}'
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">{outlines}</svg></div>'
    )
    return cards.card("Your picture", escape(f"{width} × {height}, {said}"), body)


def _polygon(corners: tuple[tuple[float, float], ...], size: tuple[int, int], *, label: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    x, y = corners[0]
    text = f'<text x="{x:.0f}" y="{y:.0f}" font-size="{max(size) / 16:.0f}">{label}</text>' if label else ""
    return f'<polygon points="{points}"/>{text}'
