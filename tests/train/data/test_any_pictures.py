"""Ten thousand pictures of every sort that folders hold: a usable cache, and a line for each that is not in it."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faces.image import to_array
from tests.conftest import drawn_face
from train import loop
from train.config import TrainConfig
from train.data import cache, decode, source
from vae_models.files.training_record import TrainingRecord

TOTAL = 10_000
RED, BLUE = Image.new("RGB", (48, 40), (250, 20, 10)), Image.new("RGB", (48, 40), (10, 20, 250))


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def truncated(seed: int) -> bytes:
    data = saved(drawn_face(seed), "JPEG")
    return data[: len(data) * 9 // 10]


def animated(seed: int) -> bytes:
    return saved(RED, "GIF" if seed % 2 else "WEBP", save_all=True, append_images=[BLUE], duration=100)


def transparent(seed: int) -> bytes:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    return saved(clear.convert("P") if seed % 2 else clear, "PNG", **({"transparency": 0} if seed % 2 else {}))


def turned(seed: int) -> bytes:
    """A photograph that its EXIF says to turn."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(drawn_face(seed), "JPEG", exif=exif, quality=95)


# of each kind: its share in a thousand, its ending, how one is made
KINDS: dict[str, tuple[int, str, Callable[[int], bytes]]] = {
    "jpeg": (500, "jpg", lambda seed: saved(drawn_face(seed), "JPEG")),
    "grey": (100, "png", lambda seed: saved(drawn_face(seed).convert("L"), "PNG")),
    "grey16": (10, "png", lambda _: saved(Image.fromarray(np.full((70, 64), 32768, np.uint16)), "PNG")),
    "cmyk": (100, "jpg", lambda _: saved(RED.convert("CMYK"), "JPEG", quality=95)),
    "palette": (50, "gif", lambda seed: saved(drawn_face(seed).convert("P"), "GIF")),
    "bilevel": (10, "tiff", lambda _: saved(Image.new("1", (64, 64), 1), "TIFF")),
    "transparent": (20, "png", transparent),
    "animated": (50, "webp", animated),  # every other one is a GIF in truth
    "turned": (30, "JPEG", turned),
    "wide": (30, "bmp", lambda seed: saved(drawn_face(seed).resize((90, 30)), "BMP")),
    "tiny": (40, "png", lambda _: saved(Image.new("RGB", (8, 9)), "PNG")),
    "cut": (30, "jpg", truncated),
    "text": (20, "jpg", lambda seed: f"<html>{seed}".encode()),
    "empty": (10, "png", lambda _: b""),
}
REFUSED = {"tiny", "cut", "text", "empty"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pictures")
    for kind, (share, ending, make) in KINDS.items():
        (place / kind).mkdir()
        for seed in range(share * TOTAL // 1000):
            (place / kind / f"{seed:05d}.{ending}").write_bytes(make(seed))
    (place / "notes.txt").write_text("no picture, and not called one")
    (place / "folder.jpg").mkdir()
    (place / "nowhere.jpg").symlink_to(place / "gone.jpg")
    return place


def of_kind(faces: cache.Faces, kind: str) -> Iterator[np.ndarray]:
    return (pixels for name, pixels in zip(faces.names, faces.pixels, strict=True) if name.startswith(f"{kind}/"))


@pytest.mark.slow
def test_a_model_is_trained_on_them(folder: Path, tmp_path: Path) -> None:
    config = TrainConfig(recipe="vae", data=folder, output=tmp_path / "run", cache=tmp_path, width=8, steps=3)
    record = TrainingRecord.read(loop.train(config))
    training, validation = record.data["training"], record.data["validation"]
    assert training["pictures"] + validation["pictures"] == 9000
    assert training["refused"] + validation["refused"] == 1000
    assert validation["pictures"] + validation["refused"] == 500


@pytest.mark.slow
def test_they_end_in_a_usable_cache_and_a_line_for_each_that_is_left_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(decode, "cores", lambda: 2)
    faces = cache.load(source.find(folder, None), tmp_path)
    counts = {kind: share * TOTAL // 1000 for kind, (share, *_) in KINDS.items()}
    for kind, count in counts.items():
        assert len(list(of_kind(faces, kind))) == (0 if kind in REFUSED else count), kind
    assert len(faces.refused) == sum(counts[kind] for kind in REFUSED) == TOTAL - len(faces)
    (listed,) = tmp_path.glob("*/refused.txt")
    assert sorted(line.split("/")[0] for line in listed.read_text().splitlines()) == sorted(
        kind for kind in REFUSED for _ in range(counts[kind])
    )
    said = capsys.readouterr().err
    assert f"1,000 of 10,000 pictures are left out; {listed} lists them" in said
    assert "400  as tiny/00000.png: This picture has only 8 x 9 pixels" in said
    assert "300  as cut/00000.jpg: This picture is damaged" in said
    # and what is in it is what the files show
    for pixels in of_kind(faces, "grey"):
        assert (pixels[..., :1] == pixels).all()
    for pixels in of_kind(faces, "grey16"):
        assert (pixels == 127).all()
    for kind, expected, tolerance in (("cmyk", (250, 20, 10), 6), ("animated", (250, 20, 10), 8)):
        for pixels in of_kind(faces, kind):
            assert np.abs(pixels.astype(int) - expected).max() <= tolerance, kind
    for kind in ("transparent", "bilevel"):
        assert all((pixels == 255).all() for pixels in of_kind(faces, kind))
    turned_ = dict(zip(faces.names, faces.pixels, strict=True))["turned/00003.JPEG"]
    assert np.abs(turned_.astype(int) - np.rot90(to_array(drawn_face(3)), -1)).mean() < 8
