"""Guard against NaN and infinity, which comparisons, ranks and histograms would turn into plausible numbers."""

from torch import Tensor


def require_finite(name: str, *tensors: Tensor) -> None:
    """Check that all values are finite.

    Raises:
        ValueError: if a value is NaN or infinite; `name` says in the message which values.
    """
    for tensor in tensors:
        if not tensor.isfinite().all():
            raise ValueError(f"{name}: NaN or infinite values have no score")
