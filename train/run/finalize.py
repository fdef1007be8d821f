"""The result folder: what a finished run leaves behind."""

import platform
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image
from torchvision.utils import make_grid

from faces.image import to_picture
from train.commands.evaluate import EvaluateConfig
from train.commands.export import ExportConfig
from train.config import TrainConfig
from train.data.load import load, name_of
from train.data.pictures import Pictures
from train.evaluation import densities, inference
from train.evaluation.requested import requested
from train.evaluation.summary import measure
from train.finished import require_finished
from train.model_card import card
from train.run import metrics_log
from vae_models import Autoencoder
from vae_models.files.latent_names import NAMES
from vae_models.files.onnx_files import DECODER, ENCODER
from vae_models.files.training_record import RECORD, TrainingRecord

__all__ = ["RECORD", "sample_grid", "update", "write"]

# recorded elsewhere, or paths
NOT_SETTINGS = {"recipe", "data", "val", "download", "output", "cache", "resume", "data_note", "push_to", "track"}
COLUMNS = 8
PRIOR_PICTURES = 2**16  # that the prior is fitted to, at most: more would change it by a few parts in a thousand
NOISE_SEED = 0  # of every sample grid, so that runs and epochs can be compared


@torch.inference_mode()
def sample_grid(model: Autoencoder, n: int) -> Image:
    """Pictures of the standard prior, eight a row, from one fixed noise."""
    pictures = model.sample(n, generator=torch.Generator().manual_seed(NOISE_SEED))
    return to_picture(make_grid(pictures, nrow=COLUMNS, padding=2, pad_value=1.0))


def write(model: Autoencoder, config: TrainConfig, faces: Pictures, validation: Pictures, steps: int) -> None:
    """Round the weights, fit the prior, measure, and write config.json, model.safetensors, training.json,
    densities.json, samples.png, the card and, where their packages are there, the two ONNX files into the folder.
    """
    folder = config.folder()
    model.eval()
    if config.weights == "float16":
        model.round_kernels(torch.float16)
    model.fit_prior(*inference.fitted_prior(inference.encode(model, faces, PRIOR_PICTURES)))
    record = _record(model, config, faces, validation, steps)
    (folder / RECORD).unlink(missing_ok=True)  # a longer run's folder may hold that of the weights before
    sample_grid(model, COLUMNS**2).save(folder / "samples.png")
    for name in (DECODER, ENCODER, NAMES):  # a resumed run's folder may hold those of the weights before
        (folder / name).unlink(missing_ok=True)
    model.save_pretrained(folder)
    _write_densities(folder, model, validation, record)
    record.write(folder)  # after all that it speaks of: a folder that has it is finished
    card.write(folder)
    print(ExportConfig(folder).run_where_possible())


def _record(
    model: Autoencoder, config: TrainConfig, faces: Pictures, validation: Pictures, steps: int
) -> TrainingRecord:
    objective, lines = config.objective(), metrics_log.read(config.folder())
    return TrainingRecord(
        recipe=config.recipe,
        objective=objective,
        data={
            "note": config.data_note,
            "training": _described(config.data, faces),
            "validation": _described(config.val or config.data, validation),
        },
        settings={name: value for name, value in asdict(config).items() if name not in NOT_SETTINGS},
        steps=steps,
        images_seen=steps * config.batch_size,
        loss={"first": lines[0]["loss"], "last": lines[-1]["loss"]},
        versions=_versions(),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        **measure(model, validation, objective)._asdict(),
    )


def update(config: EvaluateConfig) -> TrainingRecord:
    """Measure a finished folder's model on other pictures, or anew, and put that into its training.json,
    densities.json and card.

    Raises FileNotFoundError where there is no finished model, and as `splits.load` does.
    """
    folder = config.model
    require_finished(folder, "evaluate")
    record = TrainingRecord.read(folder)
    split = None if config.split == "all" else config.split
    faces = load(config.data, split, config.reading())
    device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    model = Autoencoder.from_pretrained(folder).to(device).to(memory_format=torch.channels_last)
    asked = requested(config, model, faces, record.objective)  # first: it may have to refuse
    measured = measure(model, faces, record.objective)
    measured.scores.update(asked.scores)
    data = {**record.data, "validation": _described(config.data, faces)}
    updated = replace(record, data=data, **measured._asdict(), **asked.entries)
    _write_densities(folder, model, faces, updated)
    updated.write(folder)
    card.write(folder)
    return updated


def _write_densities(folder: Path, model: Autoencoder, faces: Pictures, record: TrainingRecord) -> None:
    carried = record.latents["pixel_change" if record.scores["kl"] is None else "kl"]
    densities.write(folder, inference.encode(model, faces).mean, carried)


def _described(data: str | Path, pictures: Pictures) -> dict[str, Any]:
    return {"name": name_of(data), **pictures.described}


def _versions() -> dict[str, str]:
    packages = ("torch", "accelerate", "huggingface_hub", "safetensors", "numpy", "pillow")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
