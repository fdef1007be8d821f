"""Everything that the verb `table` can be told."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class TableConfig:
    """Print what models score as a table in Markdown, from their training.json files alone."""

    folders: Positional[tuple[Path, ...]] = ()
    """Folders of finished models, or folders of such folders; default: the bundled models."""

    def run(self) -> str:
        """The table. Raises FileNotFoundError where a folder holds no training.json."""
        from train.evaluation import results_table  # after the arguments are right: it takes seconds

        return results_table.render(results_table.records(self.folders))
