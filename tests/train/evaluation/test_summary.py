import torch

from train.evaluation.inference import Codes
from train.evaluation.summary import code_statistics


def test_an_infinite_total_correlation_is_null() -> None:
    mean = torch.randn(3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert code_statistics(Codes(mean, None))["gaussian_total_correlation"] is None


def test_a_single_image_is_decomposed_once() -> None:
    statistics = code_statistics(Codes(torch.zeros(1, 2).double(), torch.zeros(1, 2).double()))
    assert [entry["n"] for entry in statistics["decomposition"]] == [1]
