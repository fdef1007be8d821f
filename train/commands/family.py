"""Everything that the verb `family` can be told."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import tyro
from tyro.conf import Positional

from train.commands.disentangle import require_package
from train.config import TrainConfig
from train.family.presets import FAMILIES, Family


class Planned(NamedTuple):
    """One model of a family."""

    name: str  # of its folder
    run: TrainConfig


@dataclass(frozen=True)
class FamilyConfig:
    """Train all models of a family alike, and measure them: the bundled ladder, other latent sizes, or sprites. Stopped
    anywhere, the same command goes on.
    """

    family: Positional[Family]
    """ladder: AE, VAE, beta-VAE 2, 5, 10, beta-TCVAE 5, 20, 50; latent-sizes: VAE and beta-TCVAE 20 at 8 and 128
    dimensions; sprites: VAE, beta-VAE 4, beta-TCVAE 6 on pictures of known factors."""
    data: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME")] = None
    """Training pictures, as a recipe takes them; sprites are drawn, and take dSprites' .npz too."""
    val: str | Path | None = None
    """Validation pictures; without it CelebA's own split, else a seeded twentieth of --data."""
    attributes: Path | None = None
    """CSV of the faces' labels, image_id and a column for each attribute: scores codes by them and names latents."""
    data_note: str = ""
    """A line about the pictures that every training.json keeps."""
    output: Path | None = None
    """The folder of the models' folders; default: runs/FAMILY."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""
    width: int | None = None
    """Channels of the first convolution; default: 32, of sprites 16."""
    epochs: int | None = None
    """Default: 30, for faces."""
    steps: int | None = None
    """Overrides --epochs; default for sprites: 4000."""
    learning_rate: float | None = None
    """At its highest; default: 1e-3."""
    seeds: tuple[int, ...] = (0,)
    """Every model once with each; the folders of others than 0 are named vae-s1 and so on."""
    mixed_precision: Literal["no", "bf16", "fp16"] = "bf16"
    """What the convolutions compute in."""
    compile: bool = False
    """As a recipe has it: on a GPU."""
    checkpoint_every: int = 1000
    """Steps between checkpoints."""
    at_once: int = 1
    """Models that train side by side, each on its share of the cores."""
    dry_run: bool = False
    """Only list the commands."""

    def __post_init__(self) -> None:
        if self.at_once < 1:
            raise ValueError(f"at_once={self.at_once}: one model trains at least")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds={self.seeds}: name one at least, and each once")
        if self.family is tyro.MISSING:
            return
        sprites = self.family == "sprites"
        if self.data is None and not sprites:
            raise ValueError(f"{self.family} is of faces: name training pictures by --data")
        if self.attributes and sprites:
            raise ValueError("sprites have factors, not attributes: leave --attributes out")
        if self.attributes and str(self.data).startswith("hub:"):
            raise ValueError("--attributes is about pictures by their names, which the Hub's have not: leave it out")
        if self.attributes and not self.attributes.is_file():
            raise ValueError(f"There is no file {self.attributes}: --attributes takes a CSV of labels")
        self.members()

    def folder(self) -> Path:
        """Where the models' folders stand."""
        return self.output or Path("runs") / self.family

    def members(self) -> list[Planned]:
        """Every model, seed by seed. Raises ValueError for settings that no run can have."""
        named = [
            (name if seed == 0 else f"{name}-s{seed}", replace(run, seed=seed))
            for seed in self.seeds
            for name, run in FAMILIES[self.family].items()
        ]
        return [Planned(name, self._told(name, run)) for name, run in named]

    def _told(self, name: str, run: TrainConfig) -> TrainConfig:
        """A family's run with what the command line says."""
        length = run.steps if self.epochs is None else None
        return replace(
            run,
            data=run.data if self.data is None else self.data,
            val=self.val,
            data_note=self.data_note,
            output=self.folder() / name,
            cache=self.cache,
            width=run.width if self.width is None else self.width,
            epochs=run.epochs if self.epochs is None else self.epochs,
            steps=length if self.steps is None else self.steps,
            learning_rate=run.learning_rate if self.learning_rate is None else self.learning_rate,
            mixed_precision=self.mixed_precision,
            compile=self.compile,
            checkpoint_every=self.checkpoint_every,
            resume=True,
        )

    def run(self) -> str:
        """Train and measure; the table of what they score. Raises ValueError where some fail, Interrupted."""
        if self.family == "sprites":
            require_package()  # before hours of training
        from train.family import runner  # after the arguments are right: it takes seconds

        return runner.run(self)
