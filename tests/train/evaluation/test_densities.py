"""densities.json: what a run and an evaluation leave, and what the bundled ones hold."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from metrics.density import levels, pair_histograms, pairs, ranges
from train import loop
from train.commands.evaluate import EvaluateConfig
from train.config import TrainConfig
from train.evaluation import densities, inference
from train.evaluation.densities import BINS, FEWEST, KEPT
from train.run import finalize
from vae_models.catalogue import BUNDLED
from vae_models.files.density_file import DENSITIES
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER


def codes(n: int = 2000, dim: int = 4) -> Tensor:
    return torch.randn(n, dim, generator=Generator().manual_seed(0), dtype=torch.float64) * torch.arange(1, dim + 1)


def shades(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, BINS, BINS)


def read(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / DENSITIES).read_text())
    return facts


def test_the_file_holds_what_was_computed(tmp_path: Path) -> None:
    z = codes()
    densities.write(tmp_path, z, [1.0] * 4)
    facts = read(tmp_path)
    assert (facts["codes"], facts["bins"], facts["fewest"], facts["dimensions"]) == (2000, BINS, FEWEST, [0, 1, 2, 3])
    np.testing.assert_allclose(facts["ranges"], ranges(z), atol=1e-7, rtol=0)
    expected = levels(pair_histograms(z, torch.tensor(facts["ranges"], dtype=torch.float64), BINS), FEWEST)
    np.testing.assert_array_equal(shades(facts["pairs"]), expected.numpy())
    plane = facts["plane"]
    np.testing.assert_allclose(np.square(plane["directions"]).sum(axis=1), 1, atol=1e-6, rtol=0)
    points = torch.from_numpy((z.numpy() - facts["mean"]) @ np.transpose(plane["directions"]))
    # of a few codes at a bin's edge the rounded digits decide
    counts = pair_histograms(points, torch.tensor(plane["ranges"], dtype=torch.float64), BINS)
    np.testing.assert_allclose(shades(plane["density"]), levels(counts, FEWEST).numpy(), atol=8)
    assert plane["share"] == pytest.approx([16 / 30, 9 / 30], abs=0.05)


def test_the_same_codes_make_the_same_bytes(tmp_path: Path) -> None:
    densities.write(tmp_path, codes(), [1.0] * 4)
    once = (tmp_path / DENSITIES).read_bytes()
    densities.write(tmp_path, codes(), [1.0] * 4)
    assert (tmp_path / DENSITIES).read_bytes() == once
    assert [file.name for file in tmp_path.iterdir()] == [DENSITIES]


def test_a_cell_is_shared_by_several_codes_or_empty() -> None:
    """An outlier, alone in its cells of all pairs, is in none of them."""
    z = codes()
    alone = torch.cat([z, torch.full((1, 4), 2.9, dtype=torch.float64) * z.std(dim=0)])
    facts = [densities.described(part, [1.0] * 4) for part in (alone[:FEWEST], alone[:1])]
    assert not any(np.any(shades(fact["pairs"])) for fact in facts)
    cells = shades(densities.described(alone, [1.0] * 4)["pairs"])
    assert np.any(cells)
    assert not np.any(cells[:, -2:, -2:])


def test_many_dimensions_are_cut_to_those_that_carry_most() -> None:
    carried = torch.rand(70, generator=Generator().manual_seed(1)).tolist()
    facts = densities.described(codes(dim=70), carried)
    kept = facts["dimensions"]
    assert kept == sorted(kept)
    assert len(kept) == KEPT
    assert min(carried[i] for i in kept) >= max(carried[i] for i in range(70) if i not in kept)
    assert len(shades(facts["pairs"])) == len(pairs(KEPT)) == 496
    assert np.shape(facts["plane"]["directions"]) == (2, 70)
    assert len(json.dumps(facts)) < 250_000


def test_a_code_of_one_dimension_has_neither_pairs_nor_plane() -> None:
    facts = densities.described(codes(dim=1), [1.0])
    assert (facts["dimensions"], facts["pairs"], facts["plane"]) == ([0], "", None)


@pytest.mark.parametrize("recipe", ["ae", "vae"])
def test_a_run_and_an_evaluation_leave_it(config: TrainConfig, monkeypatch: pytest.MonkeyPatch, recipe: str) -> None:
    folder = loop.train(replace(config, recipe=recipe, steps=4))
    assert read(folder)["codes"] == 3
    (folder / DENSITIES).unlink()
    config_all = EvaluateConfig(folder, config.data, split="all", cache=config.cache)
    record = finalize.update(config_all)
    facts = read(folder)
    assert facts["codes"] == record.data["validation"]["pictures"] == 60
    assert facts["dimensions"] == [0, 1, 2, 3]
    assert facts["mean"] == pytest.approx(record.latents["mean"], abs=1e-6)
    once = (folder / DENSITIES).read_bytes()
    finalize.update(config_all)
    assert (folder / DENSITIES).read_bytes() == once
    monkeypatch.setattr(inference, "BATCH", 7)
    finalize.update(config_all)
    np.testing.assert_array_equal(shades(read(folder)["pairs"]), shades(facts["pairs"]))
    np.testing.assert_allclose(read(folder)["ranges"], facts["ranges"], atol=1e-5)


def test_a_failing_write_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    densities.write(tmp_path, codes(), [1.0] * 4)
    before = (tmp_path / DENSITIES).read_bytes()

    def full(path: Path, text: str) -> int:
        path.write_bytes(text[:100].encode())
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="space"):
        densities.write(tmp_path, codes() + 1, [1.0] * 4)
    assert (tmp_path / DENSITIES).read_bytes() == before


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_ones_belong_to_their_records(name: str) -> None:
    folder = BUNDLED_FOLDER / name
    facts, record = read(folder), TrainingRecord.read(folder)
    assert facts["codes"] == record.data["validation"]["pictures"]
    assert facts["dimensions"] == list(range(32))
    latents = record.latents
    np.testing.assert_allclose(facts["mean"], latents["mean"], atol=1e-4)
    reach = np.asarray(facts["ranges"])
    np.testing.assert_allclose((reach[:, 1] - reach[:, 0]) / 6, latents["std"], rtol=1e-3)
    assert shades(facts["pairs"]).shape == (496, BINS, BINS)
    assert (shades(facts["pairs"]).max(axis=(1, 2)) == 255).all()
    assert (folder / DENSITIES).stat().st_size < 250_000
