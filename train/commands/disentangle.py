"""Everything that the verb `disentangle` can be told."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

PACKAGE = "sklearn"  # of requirements-dev.txt


@dataclass(frozen=True)
class DisentangleConfig:
    """Score how separately a finished model's dimensions carry known factors: into its training.json."""

    model: Positional[Path]
    """The model's folder."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="sprites|PATH")] = "sprites"
    """Pictures of every combination of known factors: the word sprites, or a file of such pictures."""
    seed: int = 0
    """Of the samples and of the predictors."""

    def run(self) -> str:
        """Score; the table that the command ends with. Raises ValueError where a package is missing."""
        require_package()
        from train.evaluation import disentanglement  # after the arguments are right: it takes seconds

        return disentanglement.render(disentanglement.update(self))


def require_package() -> None:
    """Raise ValueError where scikit-learn, whose predictors score a model, is missing."""
    if find_spec(PACKAGE) is None:
        raise ValueError("disentangle needs a package that is not installed: pip install scikit-learn")
