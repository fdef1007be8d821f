"""Commands `table` and `compare-dial`: scores of several models side by side, and of a dial beside others."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions
from train.errors import UserError, as_user_error


@dataclass(frozen=True)
class TableConfig:
    """Print the scores of models as a Markdown table, from their training.json files alone.

    Networks for every beta have a table of their own, with a row for each round beta.
    """

    folders: Positional[tuple[Path, ...]] = ()
    """Folders of finished models, or folders of such folders. Default: the bundled models."""

    pages: tuple[Path, ...] = ()
    """Markdown pages whose tables of the bundled models are rewritten, between marks such as <!-- table -->."""

    def run(self) -> str:
        """Return the tables, and rewrite those of the pages.

        Raises UserError for a folder without any training.json, and for a page without marks.
        """
        if self.pages:
            from train.figures import page_tables

            for page in self.pages:
                page_tables.rewrite(page)
        from train.evaluation import results_table  # late: it takes seconds

        return results_table.render_all(results_table.read_records(self.folders, with_dials=True))


@dataclass(frozen=True)
class CompareDialConfig:
    """Compare one network for every beta with separately trained models, at their betas.

    Prints distortion, KL, loss and dimensions in use of both on the same pictures, and how much of a code stays as beta
    rises. The loss of a beta-TCVAE is with the Gaussian total correlation.
    """

    folder: Positional[Path]
    """Folder of the network, which a run of beta-dial or beta-tc-dial has written."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT|sprites")]
    """Pictures to measure on; without --split their validation part."""
    models: tuple[str, ...] = ("bundled",)
    """The other models: bundled, hub:NAMESPACE, or folders. Those of another objective are left out."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def run(self) -> str:
        """Measure and return the table. Raises UserError if there is nothing to compare."""
        from train.data.load import load  # late: these take seconds
        from train.evaluation.dial.comparison import Single, choose_comparable, compare, format_pairs
        from train.model_folder import load_any, require_finished
        from vae_models import Dial
        from vae_models.files.training_record import TrainingRecord
        from vae_models.hub.pull import pull

        require_finished(self.folder, "compare-dial")
        dial = load_any(self.folder)
        if not isinstance(dial, Dial):
            raise UserError(f"{self.folder} was trained with one beta: compare-dial takes the folder of a dial")
        with as_user_error(ValueError, OSError):
            record = TrainingRecord.read(self.folder)
            pulled = [Single(each.model, each.record) for each in pull(*self.models).models]
        models = choose_comparable(record, dial.config.highest_beta, pulled)
        if not models:
            raise UserError(
                "No model was trained with the dial's objective at one of its betas: name others by --models"
            )
        pictures = load(self.data, self.options.choose_split("val"), self.options)
        return format_pairs(compare(dial, record, models, pictures))
