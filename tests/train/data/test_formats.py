"""Ten thousand images of all formats, some of them broken: a usable cache, and a line for each rejected image."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from faces.image import to_array
from tests.conftest import draw_face
from train import loop
from train.config import TrainConfig
from train.data import cache, decode
from train.data.load import find_files
from train.data.options import DataOptions
from vae_models.files.training_record import TrainingRecord

TOTAL = 10_000
RED, BLUE = Image.new("RGB", (48, 40), (250, 20, 10)), Image.new("RGB", (48, 40), (10, 20, 250))


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def encode_truncated(seed: int) -> bytes:
    data = encode(draw_face(seed), "JPEG")
    return data[: len(data) * 9 // 10]


def encode_animated(seed: int) -> bytes:
    return encode(RED, "GIF" if seed % 2 else "WEBP", save_all=True, append_images=[BLUE], duration=100)


def encode_transparent(seed: int) -> bytes:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    return encode(clear.convert("P") if seed % 2 else clear, "PNG", **({"transparency": 0} if seed % 2 else {}))


def encode_rotated(seed: int) -> bytes:
    """Encode a photograph whose EXIF orientation rotates it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encode(draw_face(seed), "JPEG", exif=exif, quality=95)


# for each kind: how many of a thousand, the suffix, the encoder
KINDS: dict[str, tuple[int, str, Callable[[int], bytes]]] = {
    "jpeg": (500, "jpg", lambda seed: encode(draw_face(seed), "JPEG")),
    "grey": (100, "png", lambda seed: encode(draw_face(seed).convert("L"), "PNG")),
    "grey16": (10, "png", lambda _: encode(Image.fromarray(np.full((70, 64), 32768, np.uint16)), "PNG")),
    "cmyk": (100, "jpg", lambda _: encode(RED.convert("CMYK"), "JPEG", quality=95)),
    "palette": (50, "gif", lambda seed: encode(draw_face(seed).convert("P"), "GIF")),
    "bilevel": (10, "tiff", lambda _: encode(Image.new("1", (64, 64), 1), "TIFF")),
    "transparent": (20, "png", encode_transparent),
    "animated": (50, "webp", encode_animated),  # every other one is a GIF despite its name
    "rotated": (30, "JPEG", encode_rotated),
    "wide": (30, "bmp", lambda seed: encode(draw_face(seed).resize((90, 30)), "BMP")),
    "tiny": (40, "png", lambda _: encode(Image.new("RGB", (8, 9)), "PNG")),
    "cut": (30, "jpg", encode_truncated),
    "text": (20, "jpg", lambda seed: f"<html>{seed}".encode()),
    "empty": (10, "png", lambda _: b""),
}
REJECTED = {"tiny", "cut", "text", "empty"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures")
    for kind, (count, suffix, encode_kind) in KINDS.items():
        (path / kind).mkdir()
        for seed in range(count * TOTAL // 1000):
            (path / kind / f"{seed:05d}.{suffix}").write_bytes(encode_kind(seed))
    (path / "notes.txt").write_text("neither an image nor named like one")
    (path / "folder.jpg").mkdir()
    (path / "nowhere.jpg").symlink_to(path / "gone.jpg")
    return path


def select(images: cache.CachedImages, kind: str) -> Iterator[np.ndarray]:
    return (pixels for name, pixels in zip(images.names, images.pixels, strict=True) if name.startswith(f"{kind}/"))


@pytest.mark.processes
def test_a_model_trains_on_mixed_formats(folder: Path, tmp_path: Path) -> None:
    config = TrainConfig(
        recipe="vae", data=folder, output=tmp_path / "run", width=8, steps=3, options=DataOptions(cache=tmp_path)
    )
    record = TrainingRecord.read(loop.train(config))
    training, validation = record.data["training"], record.data["validation"]
    assert training["pictures"] + validation["pictures"] == 9000
    assert training["refused"] + validation["refused"] == 1000
    assert validation["pictures"] + validation["refused"] == 500


@pytest.mark.processes
def test_every_image_is_cached_correctly_or_listed_as_rejected(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(decode, "available_cores", lambda: 2)
    images = cache.load(find_files(folder, "all", DataOptions()), tmp_path)
    counts = {kind: share * TOTAL // 1000 for kind, (share, *_) in KINDS.items()}
    for kind, count in counts.items():
        assert len(list(select(images, kind))) == (0 if kind in REJECTED else count), kind
    assert len(images.rejected) == sum(counts[kind] for kind in REJECTED) == TOTAL - len(images)
    (listing,) = tmp_path.glob("*/refused.txt")
    lines = listing.read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == [
        "notes.txt: passed over, its ending is not one of a picture",
        "nowhere.jpg: passed over, neither a file nor a link to one",
    ]
    assert sorted(line.split("/")[0] for line in lines[:-2]) == sorted(
        kind for kind in REJECTED for _ in range(counts[kind])
    )
    stderr = capsys.readouterr().err
    assert "2 files are passed over: 1 .txt, 1 broken links or devices" in stderr
    assert f"1,000 of 10,000 pictures are left out; {listing} lists them" in stderr
    assert "400  as tiny/00000.png: This picture has only 8 x 9 pixels" in stderr
    assert "300  as cut/00000.jpg: This picture is damaged" in stderr
    # the cached pixels are those of the files
    for pixels in select(images, "grey"):
        assert (pixels[..., :1] == pixels).all()
    for pixels in select(images, "grey16"):
        assert (pixels == 128).all()  # 32768 of 65535, rounded
    for kind, expected, tolerance in (("cmyk", (250, 20, 10), 6), ("animated", (250, 20, 10), 8)):
        for pixels in select(images, kind):
            assert np.abs(pixels.astype(int) - expected).max() <= tolerance, kind
    for kind in ("transparent", "bilevel"):
        assert all((pixels == 255).all() for pixels in select(images, kind))
    rotated = dict(zip(images.names, images.pixels, strict=True))["rotated/00003.JPEG"]
    assert np.abs(rotated.astype(int) - np.rot90(to_array(draw_face(3)), -1)).mean() < 8
