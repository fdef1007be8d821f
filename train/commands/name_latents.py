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
    """Name a finished model's latent dimensions from labelled faces. Writes latents.json.

    One network for every beta is named at beta 1. A dimension means nearly the same at every beta.
    """

    model: Positional[Path]
    """Folder of the model."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME")]
    """Training pictures, from which names are chosen: CelebA's folder, a folder or zip, or hub:NAME."""
    attributes: Path
    """CSV file of their labels: image_id and a column for each attribute, 0 or 1."""
    val: Annotated[str | Path | None, tyro.conf.arg(metavar="PATH|hub:NAME")] = None
    """Validation pictures, on which names must hold. Default: CelebA's own split, otherwise a fixed random 5 % of
    --data."""
    identities: Path | None = None
    """CSV file with image_id and identity, or CelebA's identity_CelebA.txt, which is found beside the data by itself:
    names then have to hold for other people. Without it their bounds are over pictures, and too high."""
    options: Annotated[DataOptions, tyro.conf.arg(name="")] = DataOptions()  # noqa: RUF009  it is frozen

    def run(self) -> str:
        """Write latents.json and list the names and directions."""
        from train.data.load import load_splits  # late: these take seconds
        from train.evaluation.latent_names import find_latent_names
        from train.evaluation.people import load_people
        from train.model_folder import load_at, require_finished, to_device
        from vae_models.files.names import LATENTS

        require_finished(self.model, "name-latents")
        training, validation = load_splits(self.data, self.val, self.options)
        people = load_people(self.identities, self.val or self.data, training, validation)
        model, persons = to_device(load_at(self.model, None)), people[1] if people else None
        names = find_latent_names(model, training, validation, self.attributes, persons)
        names.write(self.model)
        return _format(self.model / LATENTS, names)


def _format(file: Path, names: "LatentNames") -> str:
    from train.evaluation.people import describe_people  # late, as above

    lines = [f"{file}: {len(names.dimensions)} names, {len(names.directions)} directions"]
    acceptance = names.acceptance
    if acceptance is not None:
        lines.append(f"  {describe_people(acceptance.people, acceptance.pictures)}")
        lines += [
            f"  {one.index:3}  {one.attribute:24} AUROC {one.auroc:.3f} (at least {one.auroc_bound:.3f}), "
            f"gap {one.gap:.3f} (at least {one.gap_bound:.3f}), {'holds' if one.accepted else 'dropped'}"
            for one in acceptance.candidates
        ]
    for attribute, direction in sorted(names.directions.items(), key=lambda item: -item[1].auroc):
        low, high = direction.interval
        lines.append(f"  all  {attribute:24} AUROC {direction.auroc:.3f} ({low:.3f} to {high:.3f})")
    return "\n".join(lines)
