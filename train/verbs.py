"""What `python -m train` can do besides training: a verb is one line here and a dataclass that runs."""

from typing import Protocol

import tyro

from train.claims_config import ClaimsConfig
from train.disentangle_config import DisentangleConfig
from train.evaluate_config import EvaluateConfig
from train.export_config import ExportConfig
from train.family_config import FamilyConfig
from train.figures_config import FiguresConfig
from train.film_config import FilmConfig
from train.names_config import NamesConfig
from train.push_all_config import PushAllConfig
from train.push_config import PushConfig
from train.sample_config import SampleConfig
from train.score_config import ScoreConfig
from train.space_config import SpaceConfig
from train.table_config import TableConfig


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
