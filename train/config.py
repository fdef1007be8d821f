"""Settings of a training run, as plain data; the flags of the recipes follow from the fields."""

import math
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from train.data.options import DataOptions
from train.errors import UserError, as_user_error
from vae_models.catalogue import DIALS, RECIPES, DialRecipe, Distortion, Estimator, Recipe
from vae_models.config import DialConfig, ModelConfig

if TYPE_CHECKING:
    from vae_models import Objective

Tracker = Literal["tensorboard", "trackio", "wandb"]
Precision = Literal["no", "bf16", "fp16"]


@dataclass(frozen=True)
class TrainConfig:
    """Settings of one training run. The defaults are the report's (section VI-A).

    Raises UserError for settings that no run can have.
    """

    recipe: Annotated[str, tyro.conf.Suppress]
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME|sprites")]
    """CelebA's folder; a folder or zip of images; hub:NAME for a data set on the Hugging Face Hub; dSprites' .npz or 3D
    Shapes' .h5; or the word sprites: 737,280 generated images with known factors."""
    val: str | Path | None = None
    """Validation images. Default: CelebA's own validation split, otherwise a fixed random 5 % of --data."""
    download: bool = False
    """Download CelebA into the folder --data first, unless it is there already (1.4 GB, for research only)."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen
    data_note: str = ""
    """A sentence about the images for training.json: what they show, how they were cropped."""
    licence: Annotated[str | None, tyro.conf.arg(metavar="celeba|LICENCE")] = None
    """Licence of the training images, for the model card: celeba (CelebA's own terms), or an identifier of the Hub such
    as cc-by-4.0. Default: celeba if --data is CelebA, otherwise unknown."""
    output: Path | None = None
    """The result folder. Default: runs/RECIPE."""
    width: int = 64
    """Channels of the first convolution: 64 is the report's network, 32 costs a quarter."""
    latent_dim: int = 32
    """Dimensions of the code."""
    beta: float | None = None
    """beta of beta-vae (default 5) or beta-tcvae (default 20)."""
    tc_estimator: Estimator = "mws"
    """Estimator of a batch's total correlation: mws as in the report, or mss."""
    distortion: Distortion = "squared_error"
    """squared_error as in the report; bernoulli for images whose pixels are 0 or 1, such as sprites."""
    distortion_weight: float = 1.0
    """Weight of the distortion. beta is only meaningful relative to it."""
    epochs: int = 30
    """Passes over the training images."""
    steps: int | None = None
    """Number of batches to train on; overrides --epochs."""
    batch_size: int = 128
    """Images of a batch, over all processes."""
    learning_rate: float = 1e-4
    """Adam's learning rate after the warm-up."""
    warmup_steps: int = 0
    """Steps over which the learning rate rises from 0."""
    schedule: Literal["constant", "cosine"] = "constant"
    """Learning rate after the warm-up: constant as in the report, or a cosine down to 0 at the last step."""
    flips: bool = False
    """Mirror each image with probability 1/2."""
    seed: int = 0
    """Seed of the weights, the order of the images and all noise."""
    mixed_precision: Precision | None = None
    """Precision of the convolutions; everything else stays float32. Default: the setting of accelerate launch."""
    compile: bool = False
    """Compile the model with torch.compile; on a CPU this needs a C++ compiler."""
    checkpoint_every: int = 1000
    """Steps between checkpoints; the last two are kept."""
    preview_every: int | None = None
    """Steps between pictures in samples/ and reconstructions/, at most 50 of each. Default: an epoch."""
    resume: bool = False
    """Continue from the newest checkpoint in --output, or start if there is none."""
    track: Tracker | None = None
    """Also show metrics and samples in this tracker, on this machine; its package must be installed."""
    weights: Literal["float32", "float16"] = "float32"
    """Precision that the finished kernels are rounded to and stored in; scores are those of the rounded model."""
    push_to: Annotated[str | None, tyro.conf.arg(metavar="NAMESPACE/NAME")] = None
    """Push the finished run to this repository on the Hugging Face Hub; write access is checked before training."""

    def __post_init__(self) -> None:
        """Check every setting that can be checked without data or torch."""
        if self.recipe not in {**RECIPES, **DIALS}:
            raise UserError(f"recipe={self.recipe!r}: choose one of {', '.join({**RECIPES, **DIALS})}")
        for name in ("epochs", "steps", "batch_size", "learning_rate", "checkpoint_every", "preview_every"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UserError(f"{name}={value}: it must be greater than 0")
        if self.warmup_steps < 0:
            raise UserError(f"warmup_steps={self.warmup_steps}: it must be at least 0")
        self._check_weights()
        self.network()

    def _check_weights(self) -> None:
        """Raise UserError if the loss would have a weight that is negative or not finite, or if beta has no use."""
        if not 0 < self.distortion_weight < math.inf:
            raise UserError(f"distortion_weight={self.distortion_weight}: it must be finite and greater than 0")
        if self.beta is None:
            return
        if self.dial:
            raise UserError(f"{self.recipe} is trained for every beta: leave --beta out")
        term = self.base.term
        if term is None:
            raise UserError(f"{self.recipe} has no beta: train beta-vae or beta-tcvae with --beta")
        if not 0 < self.beta < math.inf:
            raise UserError(f"beta={self.beta}: it must be finite and greater than 0")
        if term == "tc" and self.beta < 1:
            raise UserError(f"beta={self.beta}: the total correlation's weight beta - 1 would be negative")

    @property
    def dial(self) -> DialRecipe | None:
        """The entry of a recipe that trains one network for every beta; None for the others."""
        return DIALS.get(self.recipe)

    @property
    def base(self) -> Recipe:
        """The recipe of the objective; of a dial, the one whose beta is the input."""
        return RECIPES[self.dial.base if self.dial else self.recipe]

    def settings(self) -> dict[str, Any]:
        """Return all settings in one dictionary, the data options among them, by their names in training.json."""
        values = asdict(self)
        options = values.pop("options")
        return {**values, **options, "split": options["split"] or "train"}

    def objective(self) -> "Objective":
        """Build the loss that this run minimises; of a dial, at beta 1."""
        from vae_models.objectives.objective import from_recipe  # late: it imports torch

        objective = from_recipe(self.base, beta=1 if self.dial else self.beta, estimator=self.tc_estimator)
        return replace(objective, distortion_weight=self.distortion_weight, distortion=self.distortion)

    def network(self, channels: int = 3) -> ModelConfig:
        """Return the shape of the network, for images of `channels` channels."""
        shape = ModelConfig if self.dial is None else partial(DialConfig, highest_beta=self.dial.highest_beta)
        with as_user_error(ValueError):
            return shape(
                channels=channels,
                latent_dim=self.latent_dim,
                width=self.width,
                stochastic=self.base.stochastic,
            )

    def run_dir(self) -> Path:
        """Return the result folder."""
        return self.output or Path("runs") / self.recipe

    def total_steps(self, images: int) -> int:
        """Count the steps of the run on `images` training images. Raises UserError if they do not fill a batch."""
        if images < self.batch_size:
            raise UserError(
                f"{images} training images do not fill a batch of {self.batch_size}: use --batch-size {images} or less"
            )
        return self.steps or self.epochs * (images // self.batch_size)
