"""Commands `figures`, `film` and `curve`: the report's figures, a film of a model learning, the curve of a dial."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions
from train.errors import UserError, as_user_error, path_errors, require_package

if TYPE_CHECKING:  # these import matplotlib and torch, which take seconds
    from matplotlib.figure import Figure
    from torch import Tensor

    from vae_models.files.training_record import TrainingRecord
    from vae_models.hub.pull import Pulled

PORTRAIT = Path(__file__).parents[2] / "assets" / "examples" / "astronaut.png"  # public domain
REASONS = {
    "fig1-traversals": "no model has a latents.json: run python -m train name-latents, or give --data and --attributes",
    "fig3-betas": "none of these models is a beta-VAE or a beta-TCVAE",
    "distortion-rate": "none of these models is a beta-VAE or a beta-TCVAE",
}


@dataclass(frozen=True)
class FiguresConfig:
    """Draw the report's figures and the distortion-rate curve of finished models, as PNG and PDF."""

    output: Path
    """Folder for the files. It is created if it does not exist."""
    models: Positional[tuple[Path, ...]] = (Path("bundled"),)
    """Folders of models, or folders of such folders. Default: the bundled models."""
    face: Path = PORTRAIT
    """Portrait for the traversals and reconstructions. Default: one in the public domain."""
    features: tuple[str, ...] = ("eyeglasses", "bald", "pale skin", "bangs", "blond hair")
    """Rows of Fig. 1: attributes as the models' latents.json name them."""
    data: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME")] = None
    """Labelled training pictures, to name the dimensions of models without a latents.json, as name-latents does."""
    val: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME")] = None
    """Validation pictures, on which names must hold. Default: CelebA's own split, otherwise a fixed random 5 % of
    --data."""
    attributes: Path | None = None
    """CSV file of the labels of --data and --val."""
    seed: int = 7
    """Seed of the noise of Fig. 2."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def __post_init__(self) -> None:
        if (self.data is None) != (self.attributes is None):
            raise UserError("--data and --attributes belong together: give both or neither")

    def run(self) -> str:
        """Draw all figures; return a line for each file, and for each figure that these models cannot fill."""
        require_package("matplotlib", command="figures", pip="matplotlib")
        from train.figures import layout  # late: these take seconds
        from vae_models.hub.pull import pull

        face = _read_face(self.face)
        with as_user_error(ValueError, FileNotFoundError):
            loaded = pull(*map(str, self.models))
            models = _add_names(loaded.require_all(), self)
        with path_errors():
            self.output.mkdir(parents=True, exist_ok=True)
        lines = [f"{dial.name} was left out: python -m train curve draws its curve" for dial in loaded.dials]
        with layout.typography():
            for name, figure in _draw(models, face, self):
                if figure is None:
                    lines.append(f"{name} was left out: {REASONS[name]}")
                else:
                    files = layout.save(figure, self.output, name)
                    lines += [f"{file}: {file.stat().st_size / 1e3:.0f} kB" for file in files]
        return "\n".join(lines)


def _read_face(file: Path) -> "Tensor":
    """Read a portrait as a tensor (1, 3, 64, 64), aligned unless it has 64 x 64 pixels already."""
    from faces.align import align, find_faces
    from faces.errors import PictureError
    from faces.image import is_crop, read_picture, to_array, to_tensor

    with as_user_error(PictureError), path_errors():
        picture = read_picture(file)
        crop = picture if is_crop(picture) else align(picture, find_faces(picture)[0])
    return to_tensor(to_array(crop)[None])


def _add_names(models: "tuple[Pulled, ...]", config: FiguresConfig) -> "tuple[Pulled, ...]":
    """Find the names of the models that have no latents.json, if there are labelled images."""
    if config.data is None or config.attributes is None or all(pulled.names.best for pulled in models):
        return models
    from train.data.load import load_splits
    from train.evaluation.latent_names import find_latent_names

    training, validation = load_splits(config.data, config.val, config.options)
    return tuple(
        pulled
        if pulled.names.best
        else pulled._replace(names=find_latent_names(pulled.model, training, validation, config.attributes))
        for pulled in models
    )


def _draw(models: "tuple[Pulled, ...]", face: "Tensor", config: FiguresConfig) -> "Iterator[tuple[str, Figure | None]]":
    from train.figures import betas, curves, samples, traversals

    named = any(pulled.names.best for pulled in models)
    yield "fig1-traversals", traversals.draw(models, face, config.features) if named else None
    yield "fig2-samples", samples.draw(models, config.seed)
    yield "fig3-betas", betas.draw(models, face)
    yield "distortion-rate", curves.draw(models)


@dataclass(frozen=True)
class FilmConfig:
    """Make a film of a model learning from the samples that a run drew of one fixed noise."""

    folder: Positional[Path]
    """Folder of the run. Its model need not be finished."""
    output: Path | None = None
    """File of the film, an animated WebP. Default: film.webp in the run's folder."""
    seconds: float = 8.0
    """Length of the film. Its last picture is shown for two seconds more."""

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise UserError(f"seconds={self.seconds}: it must be greater than 0")

    def run(self) -> str:
        """Write the film; return the line to print."""
        file = self.output or self.folder / "film.webp"
        if file.suffix != ".webp":
            raise UserError(f"{file}: the film is an animated WebP, so its name must end in .webp")
        from train.figures.film import write_film

        frames = write_film(self.folder, file, self.seconds)
        return f"{file}: {frames} pictures of the samples as the model learnt"


@dataclass(frozen=True)
class CurveConfig:
    """Draw the curve of one network for every beta: rate, distortion, active units and Gaussian TC at 25 betas.

    Writes curve.csv, curve.png and curve.pdf.
    """

    folder: Positional[Path]
    """Folder of the model, which a run of beta-dial or beta-tc-dial has written."""
    data: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT|sprites")] = None
    """Measure the curve on these pictures (without --split on their validation part), and record it. Default: the
    recorded curve, of the training's validation pictures."""
    output: Path | None = None
    """Folder for the files. Default: the model's."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def run(self) -> str:
        """Write the files; return a line for each. Raises UserError if the folder holds no such network."""
        require_package("matplotlib", command="curve", pip="matplotlib")
        from train.evaluation.dial.curve import from_entry  # late: these take seconds
        from train.figures import dial, layout

        record = _measure_curve(self)
        if record.curve is None:
            raise UserError(f"{self.folder} was trained with one beta: curve takes the folder of a dial")
        points, output = from_entry(record.curve), self.output or self.folder
        with path_errors():
            output.mkdir(parents=True, exist_ok=True)
        with layout.typography():
            files = [dial.write_table(points, output), *layout.save(dial.draw(points, record.recipe), output, "curve")]
        return "\n".join(f"{file}: {file.stat().st_size / 1e3:.0f} kB" for file in files)


def _measure_curve(config: CurveConfig) -> "TrainingRecord":
    """Return the record of a model; with --data its curve is measured and recorded first."""
    from train.data.load import describe, load
    from train.evaluation.dial.curve import measure_curve, to_entry
    from train.model_card import card
    from train.model_folder import load_any, require_finished
    from vae_models import Dial
    from vae_models.files.training_record import TrainingRecord

    require_finished(config.folder, "curve")
    with as_user_error(ValueError):
        record = TrainingRecord.read(config.folder)
    if config.data is None or record.curve is None:
        return record
    model = load_any(config.folder)
    assert isinstance(model, Dial), "its record has a curve"
    pictures = load(config.data, config.options.choose_split("val"), config.options)
    curve = to_entry(measure_curve(model, pictures, record.objective), describe(config.data, pictures))
    updated = replace(record, curve=curve)
    updated.write(config.folder)
    card.write(config.folder)
    return updated
