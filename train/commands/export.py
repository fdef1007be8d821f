"""Everything that the verb `export` can be told, and whether it can be done at all."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tyro.conf import Positional

PACKAGES = ("onnx", "onnxruntime")  # of requirements-dev.txt: a run ends without them, too


def missing_packages() -> list[str]:
    """Which of the packages that an export takes are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]


@dataclass(frozen=True)
class ExportConfig:
    """Write decoder.onnx and encoder.onnx beside a finished model's weights, once they answer as torch does."""

    model: Positional[Path]
    """The model's folder."""

    def run(self) -> str:
        """Export; a line for each file. Raises ValueError where packages are missing, and as `export.write` does."""
        if missing_packages():
            raise ValueError(f"export needs packages that are not installed: pip install {' '.join(PACKAGES)}")
        from train.onnx import export  # after the arguments are right: it takes seconds

        return "\n".join(
            f"{file}: {size / 1e6:.2f} MB, at most {apart:.1e} from torch"
            for file, size, apart in export.write(self.model)
        )

    def run_where_possible(self) -> str:
        """As `run`, for the end of a training; where packages are missing, the line that says what to do about it."""
        if missing_packages():
            remedy = f"pip install {' '.join(PACKAGES)}, then python -m train export {self.model}"
            return f"No ONNX files were written: {remedy}"
        return self.run()
