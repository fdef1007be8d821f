"""Every recipe and command of `python -m train`, one line each."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any, Protocol

import tyro
from tyro import MISSING

from train.commands.claims import ClaimsConfig
from train.commands.disentangle import DisentangleConfig
from train.commands.evaluate import EvaluateConfig
from train.commands.export import ExportConfig
from train.commands.family import FamilyConfig
from train.commands.figures import CurveConfig, FiguresConfig, FilmConfig
from train.commands.name_latents import NamesConfig
from train.commands.publish import PushAllConfig, PushConfig, SiteConfig, SpaceConfig
from train.commands.sample import SampleConfig
from train.commands.score import ScoreConfig
from train.commands.table import CompareDialConfig, TableConfig
from train.config import TrainConfig
from train.errors import UserError
from vae_models import catalogue


class Command(Protocol):
    """Options of a command; its docstring and those of its fields are the help text."""

    def run(self) -> str:
        """Run the command and return the text to print at the end."""
        ...


# The recipes. Each trains 30 epochs of batch 128 with Adam at 1e-4 (report, section VI-A); --width 32 costs a quarter
# of the default 64. 1.1 million images at width 32 take 26 minutes on two CPU cores. With --learning-rate 1e-3
# --warmup-steps 100 --schedule cosine --flips on 37,533 CelebA faces, expect on validation faces:
#
#   python -m train ae --data PATH           squared error  97
#   python -m train vae --data PATH          squared error 121, KL 35
#   python -m train beta-vae --data PATH     squared error 162, KL 15
#   python -m train beta-tcvae --data PATH   squared error 234, KL 7
#
# Sprites, generated binary images whose five factors are known:
#
#   python -m train beta-tcvae --data sprites --distortion bernoulli --beta 6 --latent-dim 10 --width 16
RECIPES = {name: TrainConfig(recipe=name, data=MISSING) for name in (*catalogue.RECIPES, *catalogue.DIALS)}

COMMANDS: dict[str, Command] = {
    "claims": ClaimsConfig(data=MISSING, training=MISSING),  # claims [MODELS ...] --data PATH --training PATH
    "compare-dial": CompareDialConfig(folder=MISSING, data=MISSING),  # compare-dial FOLDER --data PATH
    "curve": CurveConfig(folder=MISSING),  # curve FOLDER
    "disentangle": DisentangleConfig(model=MISSING),  # disentangle MODEL --data sprites
    "evaluate": EvaluateConfig(model=MISSING, data=MISSING),  # evaluate MODEL --data PATH
    "export": ExportConfig(model=MISSING),  # export MODEL
    "family": FamilyConfig(family=MISSING),  # family ladder --data PATH
    "figures": FiguresConfig(output=MISSING),  # figures [MODELS ...] --output DIR
    "film": FilmConfig(folder=MISSING),  # film FOLDER
    # name-latents MODEL --data PATH --attributes CSV
    "name-latents": NamesConfig(model=MISSING, data=MISSING, attributes=MISSING),
    "push": PushConfig(model=MISSING, repo=MISSING),  # push MODEL --repo NAMESPACE/NAME
    "push-all": PushAllConfig(folder=MISSING, namespace=MISSING),  # push-all FOLDER --namespace NAME
    "sample": SampleConfig(model=MISSING, count=MISSING, output=MISSING),  # sample MODEL --count N --output DIR
    "score": ScoreConfig(model=MISSING, data=MISSING),  # score MODEL --data PATH
    "site": SiteConfig(folder=MISSING),  # site FOLDER [--models bundled | hub:NAMESPACE | DIR ...]
    "space": SpaceConfig(repo=MISSING),  # space --repo NAMESPACE/NAME
    "table": TableConfig(),  # table [FOLDER ...]
}

ABOUT = {
    **{name: recipe.about for name, recipe in catalogue.RECIPES.items()},
    **{name: dial.about for name, dial in catalogue.DIALS.items()},
    **{name: cleandoc(str(command.__doc__)) for name, command in COMMANDS.items()},
}
DEBUG = "--debug, anywhere on the command line, shows the traceback of an error."


def parse(arguments: Sequence[str], prog: str) -> TrainConfig | Command:
    """Parse a command line.

    Raises UserError for an unknown command and for settings that contradict each other, SystemExit for unknown flags.
    """
    defaults: dict[str, Any] = {**RECIPES, **COMMANDS}
    name = arguments[0] if arguments else "--help"
    if name in defaults:  # building the parser of one command takes a fraction of the time of all
        default, description = defaults[name], f"{ABOUT[name]} {DEBUG}"
        return tyro.cli(
            type(default), default=default, prog=f"{prog} {name}", description=description, args=arguments[1:]
        )
    if not name.startswith("-"):
        raise UserError(f"There is no command {name}: choose one of {', '.join(defaults)}")
    first_paragraphs = {name: text.partition("\n\n")[0] for name, text in ABOUT.items()}
    every_command = tyro.extras.subcommand_type_from_defaults(defaults, first_paragraphs)
    description = f"Train and evaluate face autoencoders. COMMAND --help lists the options of a command. {DEBUG}"
    return tyro.cli(every_command, prog=prog, description=description, args=arguments)
