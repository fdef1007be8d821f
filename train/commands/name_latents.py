"""Command `name-latents`: find out which attributes a model's latent dimensions encode."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from train.data.options import DataOptions

if TYPE_CHECKING:  # imports torch, which takes seconds
    from vae_models.files.latent_names import LatentNames


@dataclass(frozen=True)
class NamesConfig:
    """Name a finished model's latent dimensions from labelled faces. Writes latents.json."""

    model: Positional[Path]
    """Folder of the model."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME")]
    """Training pictures, from which names are chosen: CelebA's folder, a folder or zip, or hub:NAME."""
    attributes: Path
    """CSV file of their labels: image_id and a column for each attribute, 0 or 1."""
    val: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME")] = None
    """Validation pictures, on which names must hold. Default: CelebA's own split, otherwise a fixed random 5 % of
    --data."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def run(self) -> str:
        """Write latents.json and list the names and directions."""
        from train.data.load import load_splits  # late: these take seconds
        from train.evaluation.latent_names import find_latent_names
        from train.model_folder import load_on_device, require_finished
        from vae_models.files.names import LATENTS

        require_finished(self.model, "name-latents")
        training, validation = load_splits(self.data, self.val, self.options)
        names = find_latent_names(load_on_device(self.model), training, validation, self.attributes)
        names.write(self.model)
        return _format(self.model / LATENTS, names)


def _format(file: Path, names: "LatentNames") -> str:
    lines = [f"{file}: {len(names.dimensions)} names, {len(names.directions)} directions"]
    lines += [
        f"  {name.index:3}  {name.name:24} AUROC {name.auroc:.3f} ({name.interval[0]:.3f} to {name.interval[1]:.3f})"
        for name in names.dimensions
    ]
    for attribute, direction in sorted(names.directions.items(), key=lambda item: -item[1].auroc):
        low, high = direction.interval
        lines.append(f"  all  {attribute:24} AUROC {direction.auroc:.3f} ({low:.3f} to {high:.3f})")
    return "\n".join(lines)
