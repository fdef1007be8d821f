"""densities.json: its content, and that of the bundled models."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from metrics.density import levels, pair_histograms, pairs, ranges
from train.evaluation import densities
from train.evaluation.densities import BINS, MAX_DIMENSIONS, MIN_CODES
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.files.names import DENSITIES
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER


def draw_codes(n: int = 2000, dim: int = 4) -> Tensor:
    return torch.randn(n, dim, generator=Generator().manual_seed(0), dtype=torch.float64) * torch.arange(1, dim + 1)


def histograms(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, BINS, BINS)


def read(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / DENSITIES).read_text())
    return content


def test_the_file_holds_the_histograms_of_the_codes(tmp_path: Path) -> None:
    z = draw_codes()
    densities.write(tmp_path, z, [1.0] * 4)
    content = read(tmp_path)
    assert (content["codes"], content["bins"], content["fewest"], content["dimensions"]) == (
        2000,
        BINS,
        MIN_CODES,
        [0, 1, 2, 3],
    )
    np.testing.assert_allclose(content["ranges"], ranges(z), atol=1e-7, rtol=0)
    expected = levels(pair_histograms(z, torch.tensor(content["ranges"], dtype=torch.float64), BINS), MIN_CODES)
    np.testing.assert_array_equal(histograms(content["pairs"]), expected.numpy())
    plane = content["plane"]
    np.testing.assert_allclose(np.square(plane["directions"]).sum(axis=1), 1, atol=1e-6, rtol=0)
    points = torch.from_numpy((z.numpy() - content["mean"]) @ np.transpose(plane["directions"]))
    # rounding moves a few codes across the edge of their bin
    counts = pair_histograms(points, torch.tensor(plane["ranges"], dtype=torch.float64), BINS)
    np.testing.assert_allclose(histograms(plane["density"]), levels(counts, MIN_CODES).numpy(), atol=8)
    assert plane["share"] == pytest.approx([16 / 30, 9 / 30], abs=0.05)


def test_the_same_codes_give_the_same_bytes(tmp_path: Path) -> None:
    densities.write(tmp_path, draw_codes(), [1.0] * 4)
    once = (tmp_path / DENSITIES).read_bytes()
    densities.write(tmp_path, draw_codes(), [1.0] * 4)
    assert (tmp_path / DENSITIES).read_bytes() == once
    assert [file.name for file in tmp_path.iterdir()] == [DENSITIES]


def test_a_cell_with_few_codes_is_stored_as_empty() -> None:
    """An outlier, alone in its cells of all pairs, appears in none of them."""
    z = draw_codes()
    alone = torch.cat([z, torch.full((1, 4), 2.9, dtype=torch.float64) * z.std(dim=0)])
    content = [densities.density_content(part, [1.0] * 4) for part in (alone[:MIN_CODES], alone[:1])]
    assert not any(np.any(histograms(entry["pairs"])) for entry in content)
    cells = histograms(densities.density_content(alone, [1.0] * 4)["pairs"])
    assert np.any(cells)
    assert not np.any(cells[:, -2:, -2:])


def test_of_many_dimensions_the_most_important_ones_are_kept() -> None:
    importance = torch.rand(70, generator=Generator().manual_seed(1)).tolist()
    content = densities.density_content(draw_codes(dim=70), importance)
    kept = content["dimensions"]
    assert kept == sorted(kept)
    assert len(kept) == MAX_DIMENSIONS
    assert min(importance[i] for i in kept) >= max(importance[i] for i in range(70) if i not in kept)
    assert len(histograms(content["pairs"])) == len(pairs(MAX_DIMENSIONS)) == 496
    assert np.shape(content["plane"]["directions"]) == (2, 70)
    assert len(json.dumps(content)) < 250_000


def test_a_code_of_one_dimension_has_neither_pairs_nor_plane() -> None:
    content = densities.density_content(draw_codes(dim=1), [1.0])
    assert (content["dimensions"], content["pairs"], content["plane"]) == ([0], "", None)


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    densities.write(tmp_path, draw_codes(), [1.0] * 4)
    before = (tmp_path / DENSITIES).read_bytes()

    def full(path: Path, text: str, **_: str) -> int:
        path.write_bytes(text[:100].encode())
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="space"):
        densities.write(tmp_path, draw_codes() + 1, [1.0] * 4)
    assert (tmp_path / DENSITIES).read_bytes() == before


@pytest.mark.parametrize("name", [*BUNDLED, *BUNDLED_DIALS])
def test_bundled_densities_belong_to_the_bundled_records(name: str) -> None:
    folder = BUNDLED_FOLDER / name
    content, record = read(folder), TrainingRecord.read(folder)
    assert content["codes"] == record.data["validation"]["pictures"]
    assert content["dimensions"] == list(range(32))
    latents = record.latents
    np.testing.assert_allclose(content["mean"], latents["mean"], atol=1e-4)
    limits = np.asarray(content["ranges"])
    np.testing.assert_allclose((limits[:, 1] - limits[:, 0]) / 6, latents["std"], rtol=1e-3)
    assert histograms(content["pairs"]).shape == (496, BINS, BINS)
    assert (histograms(content["pairs"]).max(axis=(1, 2)) == 255).all()
    assert (folder / DENSITIES).stat().st_size < 250_000
