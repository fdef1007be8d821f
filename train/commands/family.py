"""The command `family`."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from train.config import Precision, TrainConfig
from train.data.options import DataOptions
from train.errors import UserError, path_errors, require_package
from train.family.presets import FAMILIES, Family
from vae_models.files.names import LATENTS, RECORD

if TYPE_CHECKING:
    from train.family.job import Step


@dataclass(frozen=True)
class FamilyConfig:
    """Train and evaluate all models of a family: the bundled models, other latent sizes, several seeds, or sprites.

    If it is stopped, the same command continues with what is left.
    """

    family: Positional[Family]
    """ladder: AE, VAE, beta-VAE 2, 5, 10, beta-TCVAE 5, 20, 50; latent-sizes: VAE and beta-TCVAE 20 with 8 and 128
    dimensions; seeds: VAE, beta-VAE 5, beta-TCVAE 20, small and short, to train with several --seeds; sprites: VAE,
    beta-VAE 4, beta-TCVAE 6 on images with known factors."""
    data: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME")] = None
    """Training images, as for a recipe. Sprites are generated, but may also come from dSprites' .npz."""
    val: str | Path | None = None
    """Validation images. Default: CelebA's own validation split, otherwise a fixed random 5 % of --data."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen
    attributes: Path | None = None
    """CSV of labels, with image_id and a column for each attribute: used to score codes and name latents."""
    identities: Path | None = None
    """CSV file with image_id and identity, as for evaluate: intervals are over people then."""
    data_note: str = ""
    """A sentence about the images for each training.json."""
    licence: Annotated[str | None, tyro.conf.arg(metavar="celeba|LICENCE")] = None
    """Licence of the training images, for the model cards, as for a recipe."""
    output: Path | None = None
    """Folder for the models' folders. Default: runs/FAMILY."""
    width: int | None = None
    """Channels of the first convolution. Default: 32; for seeds and sprites 16."""
    epochs: int | None = None
    """Passes over the training images. Default: 30; for seeds and sprites see --steps."""
    steps: int | None = None
    """Number of batches to train on; overrides --epochs. Default for seeds: 1954; for sprites: 4000."""
    learning_rate: float | None = None
    """Highest learning rate. Default: 1e-3."""
    seeds: tuple[int, ...] = (0,)
    """Train every model once with each seed; folders of seeds other than 0 are named vae-s1 and so on."""
    mixed_precision: Precision = "bf16"
    """Precision of the convolutions."""
    compile: bool = False
    """Compile the models with torch.compile."""
    checkpoint_every: int = 1000
    """Steps between checkpoints."""
    at_once: int = 1
    """Number of models that train side by side, each on its share of the cores."""
    dry_run: bool = False
    """Only print the commands."""

    def __post_init__(self) -> None:
        """Check every setting before the first model trains."""
        if self.at_once < 1:
            raise UserError(f"at_once={self.at_once}: it must be at least 1")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise UserError(f"seeds={self.seeds}: give at least one, and each only once")
        if self.family is tyro.MISSING:
            return
        sprites = self.family == "sprites"
        if self.data is None and not sprites:
            raise UserError(f"{self.family} trains on faces: give training images by --data")
        if self.attributes and sprites:
            raise UserError("sprites have factors, not attributes: leave --attributes out")
        if self.attributes and str(self.data).startswith("hub:"):
            raise UserError("--attributes finds images by file name, which a data set on the Hub lacks: leave it out")
        if self.attributes and not self.attributes.is_file():
            raise UserError(f"There is no file {self.attributes}: --attributes takes a CSV of labels")
        if self.identities and not self.attributes:
            raise UserError("--identities is for the intervals of --attributes, which is missing")
        self.models()

    def run_dir(self) -> Path:
        """Return the folder of the models' folders."""
        return self.output or Path("runs") / self.family

    def models(self) -> dict[str, TrainConfig]:
        """Return the settings of every model by the name of its folder, seed by seed.

        Raises UserError for settings that no run can have.
        """
        return {
            name if seed == 0 else f"{name}-s{seed}": self._configure(name, preset, seed)
            for seed in self.seeds
            for name, preset in FAMILIES[self.family].items()
        }

    def _configure(self, name: str, preset: TrainConfig, seed: int) -> TrainConfig:
        """Apply the command line to a preset."""
        name = name if seed == 0 else f"{name}-s{seed}"
        preset_steps = preset.steps if self.epochs is None else None
        return replace(
            preset,
            data=preset.data if self.data is None else self.data,
            val=self.val,
            options=self.options,
            data_note=self.data_note,
            licence=self.licence,
            output=self.run_dir() / name,
            width=preset.width if self.width is None else self.width,
            epochs=preset.epochs if self.epochs is None else self.epochs,
            steps=preset_steps if self.steps is None else self.steps,
            learning_rate=preset.learning_rate if self.learning_rate is None else self.learning_rate,
            seed=seed,
            mixed_precision=self.mixed_precision,
            compile=self.compile,
            checkpoint_every=self.checkpoint_every,
            resume=True,
        )

    def run(self) -> str:
        """Run what earlier calls have left, and return the table of scores; for a dry run, the commands.

        Raises UserError if a model failed, once the others are done; Interrupted after a signal.
        """
        if self.family == "sprites":  # before hours of training
            require_package("sklearn", command="family sprites", pip="scikit-learn")
        from train.evaluation import results_table  # late: these imports take seconds
        from train.family.job import Job
        from train.family.runner import run_jobs, share_cores

        models = self.models()
        if self.dry_run:
            return "\n".join(step.line() for config in models.values() for step in self.steps_of(config))
        with path_errors():
            self.run_dir().mkdir(parents=True, exist_ok=True)
        environment = share_cores(self.at_once)
        jobs = [Job(name, config.run_dir(), self.steps_of(config), environment) for name, config in models.items()]
        failures = run_jobs(jobs, at_once=self.at_once, title=self.family, folder=self.run_dir())
        if failures:
            raise UserError(
                f"{len(failures)} of {len(jobs)} models in {self.run_dir()} failed; "
                f"once that is fixed, run the same command again to continue:\n" + "\n".join(failures)
            )
        return results_table.render_all(results_table.read_records((self.run_dir(),)))

    def steps_of(self, config: TrainConfig) -> "list[Step]":
        """List the commands that train and evaluate one model."""
        from train.family.job import Step, options_to_argv, to_argv

        folder = config.run_dir()
        steps = [Step(to_argv(config), lambda: False)]  # training knows by itself how much is left
        if self.family == "sprites":
            cache = ["--cache", str(self.options.cache)] if self.options.cache else []
            command = ["disentangle", str(folder), "--data", str(config.data), *cache]
            steps.append(Step(command, lambda: _has_entry(folder, "disentanglement")))
        if self.attributes:
            people = ["--identities", str(self.identities)] if self.identities else []
            labels = ["--attributes", str(self.attributes), *people, *options_to_argv(self.options, "split", "column")]
            data, val = ["--data", str(self.data)], ["--val", str(self.val)] if self.val else []
            scored = ["--data", str(self.val), "--split", "all", "--training", str(self.data)] if self.val else data
            steps += [
                Step(["evaluate", str(folder), *scored, *labels], lambda: _has_entry(folder, "attributes")),
                Step(["name-latents", str(folder), *data, *val, *labels], (folder / LATENTS).is_file),
            ]
        return steps


def _has_entry(folder: Path, entry: str) -> bool:
    """Decide whether the training.json of a model has the results of an optional evaluation."""
    from vae_models.files.training_record import TrainingRecord  # late: it imports torch

    return (folder / RECORD).is_file() and getattr(TrainingRecord.read(folder), entry) is not None
