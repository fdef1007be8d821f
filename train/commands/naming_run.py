"""`name-latents`: from a model's folder and labelled pictures to latents.json."""

from dataclasses import replace
from pathlib import Path

import torch

from train.commands.name_latents import NamesConfig
from train.data import cache, source
from train.data.cache import Faces
from train.data.pictures import Split
from train.evaluation import attributes, inference
from train.evaluation.latent_facts import facts
from train.evaluation.latent_names import Labelled, name_latents
from train.finished import require_finished
from vae_models import Autoencoder
from vae_models.files.latent_names import NAMES, LatentNames


def run(config: NamesConfig) -> str:
    """Write latents.json into the model's folder; a line for each name and each direction. Raises as `find` does."""
    names = find(config)
    names.write(config.model)
    return _said(config.model / NAMES, names)


def find(config: NamesConfig) -> LatentNames:
    """What latents.json would say of a model.

    Raises FileNotFoundError where there is no finished model, DataError for pictures or labels that are not there.
    """
    require_finished(config.model, "name-latents")
    device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    model = Autoencoder.from_pretrained(config.model).to(device).to(memory_format=torch.channels_last)
    split: Split | None = None if config.val else "train"
    training, validation = (
        _load(config, *part)
        for part in ((config.data, split), (config.val or config.data, None if config.val else "val"))
    )
    labels = [attributes.read(config.attributes, faces) for faces in (training, validation)]
    codes = [inference.encode(model, faces) for faces in (training, validation)]
    choosing, granting = (Labelled(found.drawn(), told) for found, told in zip(codes, labels, strict=True))
    return replace(name_latents(choosing, granting), facts=facts(choosing, granting, codes[1]))


def _load(config: NamesConfig, data: Path, split: Split | None) -> Faces:
    return cache.load(source.find(data, split, config.crop, align=config.align), config.cache)


def _said(file: Path, names: LatentNames) -> str:
    lines = [f"{file}: {len(names.dimensions)} names, {len(names.directions)} directions"]
    lines += [
        f"  {name.index:3}  {name.name:24} AUROC {name.auroc:.3f} ({name.interval[0]:.3f} to {name.interval[1]:.3f})"
        for name in names.dimensions
    ]
    lines += [
        f"  all  {attribute:24} AUROC {found.auroc:.3f} ({found.interval[0]:.3f} to {found.interval[1]:.3f})"
        for attribute, found in sorted(names.directions.items(), key=lambda item: -item[1].auroc)
    ]
    return "\n".join(lines)
