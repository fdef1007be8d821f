"""What `python -m train` can do besides training: a verb is one line here and a dataclass that runs."""

from typing import Protocol

import tyro

from train.commands.claims import ClaimsConfig
from train.commands.disentangle import DisentangleConfig
from train.commands.evaluate import EvaluateConfig
from train.commands.export import ExportConfig
from train.commands.family import FamilyConfig
from train.commands.figures import FiguresConfig
from train.commands.film import FilmConfig
from train.commands.name_latents import NamesConfig
from train.commands.publish import PushConfig
from train.commands.push_all_config import PushAllConfig
from train.commands.sample import SampleConfig
from train.commands.score import ScoreConfig
from train.commands.space_config import SpaceConfig
from train.commands.table import TableConfig


class Command(Protocol):
    """The settings of a recipe or a verb; the command line is made of their fields, the help of their docstrings."""

    def run(self) -> str:
        """Do it; returns what is printed at the end."""
        ...


# python -m train claims [MODELS ...] --data PATH --training PATH
# python -m train disentangle MODEL --data sprites
# python -m train evaluate MODEL --data PATH
# python -m train export MODEL
# python -m train family ladder --data PATH
# python -m train film FOLDER
# python -m train figures [MODELS ...] --output DIR
# python -m train name-latents MODEL --data PATH --attributes CSV
# python -m train push MODEL --repo NAMESPACE/NAME
# python -m train push-all FOLDER --namespace NAME
# python -m train space --repo NAMESPACE/NAME
# python -m train sample MODEL --count N --output DIR
# python -m train score MODEL --data PATH
# python -m train table [FOLDER ...]
VERBS: dict[str, Command] = {
    "claims": ClaimsConfig(data=tyro.MISSING, training=tyro.MISSING),
    "disentangle": DisentangleConfig(model=tyro.MISSING),
    "evaluate": EvaluateConfig(model=tyro.MISSING, data=tyro.MISSING),
    "export": ExportConfig(model=tyro.MISSING),
    "family": FamilyConfig(family=tyro.MISSING),
    "film": FilmConfig(folder=tyro.MISSING),
    "figures": FiguresConfig(output=tyro.MISSING),
    "name-latents": NamesConfig(model=tyro.MISSING, data=tyro.MISSING, attributes=tyro.MISSING),
    "push": PushConfig(model=tyro.MISSING, repo=tyro.MISSING),
    "push-all": PushAllConfig(folder=tyro.MISSING, namespace=tyro.MISSING),
    "space": SpaceConfig(repo=tyro.MISSING),
    "sample": SampleConfig(model=tyro.MISSING, count=tyro.MISSING, output=tyro.MISSING),
    "score": ScoreConfig(model=tyro.MISSING, data=tyro.MISSING),
    "table": TableConfig(),
}
