"""Everything a training run can be told; the command line is made of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import tyro

from faces.image import Crop
from train.commands.publish import PushConfig
from train.data.pictures import Pictures
from train.data.reading import Reading
from train.hub.account import require_name
from vae_models import ModelConfig, Objective
from vae_models.catalogue import Distortion, Estimator
from vae_models.objectives.objective import AE, beta_tcvae, beta_vae

Recipe = Literal["ae", "vae", "beta-vae", "beta-tcvae"]
Tracker = Literal["tensorboard", "trackio", "wandb"]


@dataclass(frozen=True)
class TrainConfig:
    """One run. Defaults are the report's settings (section VI-A)."""

    recipe: Annotated[Recipe, tyro.conf.Suppress]
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME|sprites")]
    """CelebA's folder; a folder or zip of pictures; hub:NAME, a data set of the Hugging Face Hub; dSprites' .npz or 3D
    Shapes' .h5; or the word sprites: 737,280 drawn ones with known factors."""
    split: str = "train"
    """Of hub:NAME, which split; hub:NAME:SPLIT says it too."""
    column: str | None = None
    """Of hub:NAME, which column; default: the one that holds pictures."""
    download: bool = False
    """Fetch CelebA into the folder --data first, where it is not there yet (1.4 GB, for research only)."""
    val: str | Path | None = None
    """Validation pictures; without it CelebA's own split, else a seeded twentieth of --data."""
    output: Path | None = None
    """The result folder; default: runs/RECIPE."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""
    crop: Crop | None = None
    """celeba: the report's box of 178 x 218 frames; centre: the middle square. Default: by the folder's layout."""
    align: bool = False
    """Find the largest face of each picture, turn it upright and crop it as CelebA's are."""
    data_note: str = ""
    """A line about the pictures that training.json keeps: what they are, how they were cropped."""
    width: int = 64
    """Channels of the first convolution: 64 is the report's network, 32 costs a quarter."""
    latent_dim: int = 32
    beta: float | None = None
    """beta of beta-vae (default 5) or beta-tcvae (default 20)."""
    tc_estimator: Estimator = "mws"
    """Total correlation of a batch: mws as in the report, or mss."""
    distortion: Distortion = "squared_error"
    """squared_error as in the report; bernoulli for pictures whose pixels are 0 or 1, as sprites are."""
    distortion_weight: float = 1.0
    """Weight of the distortion; beta means nothing without it."""
    epochs: int = 30
    steps: int | None = None
    """Overrides --epochs."""
    batch_size: int = 128
    """Pictures a step, over all processes."""
    learning_rate: float = 1e-4
    warmup_steps: int = 0
    """Steps over which the learning rate rises from 0."""
    schedule: Literal["constant", "cosine"] = "constant"
    """After the warm-up: constant as in the report, or a cosine down to 0 at the last step."""
    flips: bool = False
    """Mirror every other picture at random."""
    seed: int = 0
    mixed_precision: Literal["no", "bf16", "fp16"] | None = None
    """What the convolutions compute in; the rest stays float32. Default: what accelerate launch was told."""
    compile: bool = False
    """Let torch.compile make the model's steps, on a GPU as CUDA graphs; on a CPU it needs a C++ compiler."""
    checkpoint_every: int = 1000
    """Steps between checkpoints; the last two are kept."""
    resume: bool = False
    """Continue from the newest checkpoint of --output; without one, start."""
    track: Tracker | None = None
    """Show metrics and samples in one of these as well, on this machine; its package has to be installed."""
    weights: Literal["float32", "float16"] = "float32"
    """What the finished kernels are rounded to and stored in; the scores are of the rounded model."""
    push_to: Annotated[str | None, tyro.conf.arg(metavar="NAMESPACE/NAME")] = None
    """Push the finished run to this repository of the Hugging Face Hub; whether that is allowed is asked first."""

    def __post_init__(self) -> None:
        self.objective()
        self.network()
        self.reading()
        if self.recipe in ("ae", "vae") and self.beta is not None:
            raise ValueError(f"{self.recipe} has no beta: train beta-vae or beta-tcvae with --beta")
        for name in ("epochs", "steps", "batch_size", "learning_rate", "checkpoint_every"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name}={value}: it must be greater than 0")
        if self.warmup_steps < 0:
            raise ValueError(f"warmup_steps={self.warmup_steps}: it must be at least 0")
        if self.push_to is not None:
            require_name(self.push_to)

    def objective(self) -> Objective:
        """The loss that this run minimises."""
        if self.recipe == "ae":
            chosen = AE
        elif self.recipe == "vae":
            chosen = beta_vae(1.0)
        elif self.recipe == "beta-vae":
            chosen = beta_vae(5.0 if self.beta is None else self.beta)
        else:
            chosen = beta_tcvae(20.0 if self.beta is None else self.beta, self.tc_estimator)
        return replace(chosen, distortion_weight=self.distortion_weight, distortion=self.distortion)

    def reading(self) -> Reading:
        """How pictures are read."""
        return Reading(self.crop, self.align, self.download, self.cache, self.split, self.column)

    def network(self, channels: int = 3) -> ModelConfig:
        """The network that this run trains, on pictures of that many channels."""
        return ModelConfig(
            channels=channels, latent_dim=self.latent_dim, width=self.width, stochastic=self.recipe != "ae"
        )

    def run(self) -> str:
        """Train, and push where that is asked for; the sentence that the command ends with."""
        from accelerate import PartialState  # after the arguments are right: these two take seconds

        from train.loop import train

        pushes = self.push_to is not None and PartialState().is_main_process
        push = PushConfig(self.folder(), str(self.push_to)) if pushes else None
        if push:
            push.require_allowed()
        folder = train(self)
        finished = f"{folder} is finished: python app.py --models {folder}"
        return f"{finished}\n{push.run()}" if push else finished

    def folder(self) -> Path:
        """Where the result stands."""
        return self.output or Path("runs") / self.recipe

    def require_fitting(self, pictures: Pictures) -> None:
        """Raise ValueError where these settings are not for such pictures."""
        if self.flips and pictures.factors is not None:
            raise ValueError(f"--flips would change the factors that {self.data} is labelled with: leave it out")

    def total_steps(self, pictures: int) -> int:
        """Steps of the whole run on that many training pictures. Raises ValueError where they fill no batch."""
        if pictures < self.batch_size:
            raise ValueError(
                f"{pictures} training pictures do not fill a batch of {self.batch_size}: "
                f"use --batch-size {pictures} or less"
            )
        return self.steps or self.epochs * (pictures // self.batch_size)
