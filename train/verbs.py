"""What `python -m train` can do besides training: a verb is one line here and a dataclass that runs."""

from typing import Protocol

import tyro

from train.evaluate_config import EvaluateConfig
from train.export_config import ExportConfig
from train.figures_config import FiguresConfig
from train.names_config import NamesConfig


class Command(Protocol):
    """The settings of a recipe or a verb; the command line is made of their fields, the help of their docstrings."""

    def run(self) -> str:
        """Do it; returns what is printed at the end."""
        ...


# python -m train evaluate MODEL --data PATH
# python -m train export MODEL
# python -m train figures [MODELS ...] --output DIR
# python -m train name-latents MODEL --data PATH --attributes CSV
VERBS: dict[str, Command] = {
    "evaluate": EvaluateConfig(model=tyro.MISSING, data=tyro.MISSING),
    "export": ExportConfig(model=tyro.MISSING),
    "figures": FiguresConfig(output=tyro.MISSING),
    "name-latents": NamesConfig(model=tyro.MISSING, data=tyro.MISSING, attributes=tyro.MISSING),
}
