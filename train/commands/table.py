"""Command `table`: print the scores of several models side by side."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class TableConfig:
    """Print the scores of models as a Markdown table, from their training.json files alone.

    Networks for every beta have a table of their own, with a row for each round beta.
    """

    folders: Positional[tuple[Path, ...]] = ()
    """Folders of finished models, or folders of such folders. Default: the bundled models."""

    def run(self) -> str:
        """Return the tables. Raises UserError for a folder without any training.json."""
        from train.evaluation import results_table  # late: it takes seconds

        return results_table.render_all(results_table.read_records(self.folders, with_dials=True))
