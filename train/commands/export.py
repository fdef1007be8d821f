"""Command `export`: write a finished model as two ONNX files."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class ExportConfig:
    """Write decoder.onnx and encoder.onnx next to a finished model's weights, if they compute the same as torch."""

    model: Positional[Path]
    """Folder of the model."""

    def run(self) -> str:
        """Export, update the card, and return one line per file. Raises UserError as `export.export` does."""
        from train.model_card import card  # late: these take seconds
        from train.onnx import export

        files = export.export(self.model)
        card.write(self.model)
        return "\n".join(str(file) for file in files)
