"""Command `sample`: draw images from a model into a folder."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tyro.conf import Positional

from train.errors import UserError, as_user_error, path_errors
from vae_models.catalogue import DIALS, Prior

if TYPE_CHECKING:  # these import torch, which takes seconds
    from vae_models import Autoencoder
    from vae_models.files.training_record import TrainingRecord

SETTINGS = "samples.json"
DIGITS = 6  # of a file's number, at least
BATCH = 256


@dataclass(frozen=True)
class SampleConfig:
    """Draw pictures from a model, as numbered PNG files, for example to enlarge a data set."""

    model: Positional[str]
    """Folder of the model, or its name on the Hub."""
    count: int
    """Number of pictures."""
    output: Path
    """Folder for the pictures. It must be new or empty."""
    prior: Prior = "standard"
    """standard: codes from N(0, I); fitted: from the Gaussian fitted to the codes of the training pictures."""
    seed: int = 0
    """Seed of the noise. A longer run begins with the pictures of a shorter one."""
    temperature: float = 1.0
    """Factor of the noise: below 1, pictures are more typical and more alike."""
    beta: float | None = None
    """Of one network for every beta: draw by its model of this beta. Default: 1."""

    def run(self) -> str:
        """Draw 000000.png and so on, then samples.json, which tells how they were drawn.

        Raises UserError for impossible settings, for a folder that is not empty, and as `model_folder.find` and
        `model_folder.load_at` do.
        """
        if self.count < 1:
            raise UserError(f"count={self.count}: ask for at least one picture")
        if not math.isfinite(self.temperature) or self.temperature < 0:
            raise UserError(f"temperature={self.temperature}: it must be finite and at least 0")
        if self.output.exists() and (not self.output.is_dir() or any(self.output.iterdir())):
            raise UserError(f"{self.output} is not empty: choose another --output, so that nothing is mixed up")
        from train.model_folder import find, load_at, to_device  # late: these take seconds
        from vae_models.files.training_record import TrainingRecord

        folder = find(self.model, "sample")
        with as_user_error(ValueError):
            record = TrainingRecord.read(folder)
        if self.prior == "fitted" and record.recipe in DIALS:
            raise UserError(f"{self.model} has no prior that fits every beta: use --prior standard")
        model = to_device(load_at(folder, self.beta))
        with path_errors():
            self.output.mkdir(parents=True, exist_ok=True)
        _draw(model, self)
        name = self.model if not Path(self.model).is_dir() else folder.resolve().name
        text = json.dumps(_settings(self, name, record), indent=1) + "\n"
        (self.output / SETTINGS).write_text(text, encoding="utf-8")
        return f"{self.output}: {self.count} pictures of 64 x 64, and {SETTINGS}, which tells how they were drawn"


def _draw(model: "Autoencoder", config: SampleConfig) -> None:
    import torch
    from tqdm import tqdm

    from faces.image import to_picture
    from vae_models.autoencoder import draw_noise

    generator = torch.Generator().manual_seed(config.seed)
    digits = max(DIGITS, len(str(config.count - 1)))
    with torch.inference_mode(), tqdm(total=config.count, desc="sample", unit=" pictures") as progress:
        for start in range(0, config.count, BATCH):
            size = min(BATCH, config.count - start)
            noise = config.temperature * draw_noise(size, model.config.latent_dim, generator)
            images = model.decode(model.latents(noise.to(model.prior_mean), prior=config.prior))
            for number, image in enumerate(images, start):
                to_picture(image).save(config.output / f"{number:0{digits}}.png")
            progress.update(size)


def _settings(config: SampleConfig, name: str, record: "TrainingRecord") -> dict[str, Any]:
    """Return what draws the same images again.

    Image i is decoded from the i-th row of standard normal noise of the seed, times the temperature.
    """
    from importlib.metadata import version

    return {
        "model": name,
        "recipe": record.recipe,
        "objective": asdict(record.objective_at(config.beta)),
        "data": record.data.get("note") or record.data.get("training", {}).get("name"),
        "count": config.count,
        "prior": config.prior,
        "seed": config.seed,
        "temperature": config.temperature,
        "versions": {"torch": version("torch")},
    }
