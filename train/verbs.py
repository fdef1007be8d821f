"""What `python -m train` can do besides training: a verb is one line here and a dataclass that runs."""

from typing import Protocol

import tyro

from train.disentangle_config import DisentangleConfig
from train.evaluate_config import EvaluateConfig
from train.export_config import ExportConfig
from train.names_config import NamesConfig
from train.sample_config import SampleConfig
from train.score_config import ScoreConfig
from train.table_config import TableConfig


class Command(Protocol):
    """The settings of a recipe or a verb; the command line is made of their fields, the help of their docstrings."""

    def run(self) -> str:
        """Do it; returns what is printed at the end."""
        ...


# python -m train disentangle MODEL --data sprites
# python -m train evaluate MODEL --data PATH
# python -m train export MODEL
# python -m train name-latents MODEL --data PATH --attributes CSV
# python -m train sample MODEL --count N --output DIR
# python -m train score MODEL --data PATH
# python -m train table [FOLDER ...]
VERBS: dict[str, Command] = {
    "disentangle": DisentangleConfig(model=tyro.MISSING),
    "evaluate": EvaluateConfig(model=tyro.MISSING, data=tyro.MISSING),
    "export": ExportConfig(model=tyro.MISSING),
    "name-latents": NamesConfig(model=tyro.MISSING, data=tyro.MISSING, attributes=tyro.MISSING),
    "sample": SampleConfig(model=tyro.MISSING, count=tyro.MISSING, output=tyro.MISSING),
    "score": ScoreConfig(model=tyro.MISSING, data=tyro.MISSING),
    "table": TableConfig(),
}
