"""The recipes, the bundled models, and the choices of command lines, as plain data: importing it loads no torch."""

from dataclasses import dataclass
from typing import Literal

Estimator = Literal["mws", "mss"]  # of the total correlation on a minibatch
Distortion = Literal["squared_error", "bernoulli"]
Prior = Literal["standard", "fitted"]  # N(0, I), or the Gaussian fitted to the codes of the training images
Term = Literal["kl", "tc"]  # terms of the loss whose weight depends on beta


@dataclass(frozen=True)
class Recipe:
    """One objective of the report and how it is presented. A new model is one entry of `RECIPES`.

    `objectives.objective.from_recipe` builds its loss, `recipe_of` finds the recipe of a loss.

    Raises:
        ValueError: if it names a term without a beta or a beta without a term, or gives a point code a term.
    """

    title: str
    kind: str  # the title in a sentence, with its article
    family: str  # models of one family differ in beta; the VAE, beta = 1, belongs to both
    colour: str  # hexadecimal RGB; Okabe and Ito's palette, safe for colour-blind readers
    tags: tuple[str, ...]  # of the model card
    about: str  # line of `python -m train --help`
    term: Term | None  # term that beta scales
    beta: float | None  # default of beta; None: this objective has no beta
    stochastic: bool = True  # False: the encoder gives a point code, without KL

    def __post_init__(self) -> None:
        if (self.term is None) != (self.beta is None):
            raise ValueError(f"{self.title}: term={self.term!r} and beta={self.beta} must both be given, or neither")
        if self.term is not None and not self.stochastic:
            raise ValueError(f"{self.title}: a point code has no {self.term.upper()} for beta to scale")


RECIPES: dict[str, Recipe] = {  # in the order of the page's columns
    "ae": Recipe(
        title="AE",
        kind="A plain autoencoder",
        family="ae",
        colour="#7a828e",
        tags=(),
        about="Autoencoder: squared error alone, a point as the code (report, section II).",
        term=None,
        beta=None,
        stochastic=False,
    ),
    "vae": Recipe(
        title="VAE",
        kind="A variational autoencoder",
        family="vae",
        colour="#0072b2",
        tags=("variational-autoencoder",),
        about="Variational autoencoder: squared error + KL (report, section III).",
        term=None,
        beta=None,
    ),
    "beta-vae": Recipe(
        title="β-VAE",
        kind="A β-VAE",
        family="beta-vae",
        colour="#d98200",
        tags=("variational-autoencoder", "beta-vae"),
        about="beta-VAE: squared error + beta KL (report, section IV).",
        term="kl",
        beta=5.0,
    ),
    "beta-tcvae": Recipe(
        title="β-TCVAE",
        kind="A β-TCVAE",
        family="beta-tcvae",
        colour="#8250c4",
        tags=("variational-autoencoder", "beta-tcvae"),
        about="beta-TCVAE: squared error + KL + (beta - 1) TC (report, section V).",
        term="tc",
        beta=20.0,
    ),
}


@dataclass(frozen=True)
class DialRecipe:
    """One network for every beta of a recipe's objective: how it is presented, and how its betas are drawn.

    In every batch a share of the pictures is at beta 1, a share at the highest beta of the step, and the others are
    stratified evenly in log beta between. At first the highest beta of a step is 1; then it rises, evenly in log beta.
    Each picture's loss is divided by a power of its beta, which makes the relative losses about equal. If beta weights
    the total correlation, a property of a whole batch, each step has one beta, and these are shares of the steps.
    """

    title: str
    kind: str  # the title in a sentence, with its article
    colour: str  # hexadecimal RGB
    tags: tuple[str, ...]  # of the model card
    about: str  # line of `python -m train --help`
    base: str  # key of RECIPES: the objective whose beta is the input
    highest_beta: float = 50.0
    at_one: float = 0.45  # share at beta 1
    at_top: float = 0.1  # share at the highest beta of the step
    opens: float = 0.3  # share of the steps after which the highest beta begins to rise
    open: float = 0.6  # share of the steps after which it is `highest_beta`
    balance: float = 0.25  # exponent: each picture's loss is divided by beta^balance
    knob_rate: float = 4.0  # learning rate of what beta acts through, over the network's

    @property
    def term(self) -> Term:
        """Term that beta weights."""
        term = RECIPES[self.base].term
        assert term is not None, f"{self.base} has a beta"
        return term


DIALS: dict[str, DialRecipe] = {
    "beta-dial": DialRecipe(
        title="β dial",
        kind="One β-VAE for every β",
        colour="#009e73",
        tags=("variational-autoencoder", "beta-vae"),
        about="One beta-VAE for every beta from 1 to 50: beta is an input of the network (Bae et al. 2023).",
        base="beta-vae",
    ),
    "beta-tc-dial": DialRecipe(
        title="β-TC dial",
        kind="One β-TCVAE for every β",
        colour="#cc79a7",
        tags=("variational-autoencoder", "beta-tcvae"),
        about="One beta-TCVAE for every beta from 1 to 50: beta is an input of the network.",
        base="beta-tcvae",
    ),
}

BUNDLED: tuple[str, ...] = (  # folders of assets/weights; a beta other than the report's is part of the name
    "ae",
    "vae",
    "beta-vae-b2",
    "beta-vae",
    "beta-vae-b10",
    "beta-tcvae-b5",
    "beta-tcvae",
    "beta-tcvae-b50",
)
BUNDLED_DIALS: tuple[str, ...] = ("beta-dial",)  # folders of assets/weights with one network for every beta each
