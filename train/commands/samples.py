"""`sample`: a folder of pictures that a model makes up."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import torch
from tqdm import tqdm

from faces.image import to_picture
from train.commands.sample import SampleConfig
from train.evaluation.inference import BATCH
from train.model_folder import folder_of, load
from vae_models import Autoencoder
from vae_models.autoencoder import draw_noise
from vae_models.files.training_record import TrainingRecord

SETTINGS = "samples.json"
DIGITS = 6  # of a file's number, at least


def write(config: SampleConfig) -> str:
    """Write 000000.png and so on, then samples.json, which says how they were drawn; the closing sentence.

    Raises FileExistsError for a folder that holds anything, and as `folder_of` does.
    """
    if config.output.exists() and (not config.output.is_dir() or any(config.output.iterdir())):
        raise FileExistsError(f"{config.output} is not empty: choose another --output, so that nothing is mixed up")
    folder = folder_of(config.model, "sample")
    model = load(folder)
    config.output.mkdir(parents=True, exist_ok=True)
    _draw(model, config)
    (config.output / SETTINGS).write_text(json.dumps(_settings(config, folder), indent=1) + "\n")
    return f"{config.output}: {config.count} pictures of 64 x 64, and {SETTINGS}, which says how they were drawn"


@torch.inference_mode()
def _draw(model: Autoencoder, config: SampleConfig) -> None:
    generator = torch.Generator().manual_seed(config.seed)
    digits = max(DIGITS, len(str(config.count - 1)))
    with tqdm(total=config.count, desc="sample", unit=" pictures") as progress:
        for start in range(0, config.count, BATCH):
            size = min(BATCH, config.count - start)
            noise = config.temperature * draw_noise(size, model.config.latent_dim, generator)
            pictures = model.decode(model.latents(noise.to(model.prior_mean), prior=config.prior))
            for number, picture in enumerate(pictures, start):
                to_picture(picture).save(config.output / f"{number:0{digits}}.png")
            progress.update(size)


def _settings(config: SampleConfig, folder: Path) -> dict[str, object]:
    """What draws them again: picture i is of the i-th row of standard normal noise from the seed, times temperature."""
    record = TrainingRecord.read(folder)
    return {
        "model": config.model if not Path(config.model).is_dir() else folder.resolve().name,
        "recipe": record.recipe,
        "objective": asdict(record.objective),
        "data": record.data.get("note") or record.data.get("training", {}).get("name"),
        "count": config.count,
        "prior": config.prior,
        "seed": config.seed,
        "temperature": config.temperature,
        "versions": {"torch": version("torch")},
    }
