"""Write the model card: README.md of a model, on the Hub or in its folder, made from its training record."""

from pathlib import Path
from typing import Any, NamedTuple

from huggingface_hub import EvalResult, ModelCard, ModelCardData

import vae_models
from train.model_card import terms, text
from vae_models import DialConfig, ModelConfig
from vae_models.catalogue import DIALS, RECIPES, DialRecipe, Recipe
from vae_models.config import read_config
from vae_models.files.atomic import atomic_write
from vae_models.files.names import CARD, CONFIG, DECODER, ENCODER, FILM, SAMPLES
from vae_models.files.training_record import TrainingRecord
from vae_models.group_errors import IMAGES_SEEN, UNEXPLAINED

TEMPLATE = Path(__file__).parent / "card.md"
CITATIONS = Path(vae_models.__file__).parent / "citations.bib"
TASK = "unconditional-image-generation"
TAGS = ("autoencoder", "faces", "representation-learning", "disentanglement")
METRICS = ("psnr", "ssim")  # known to the Hub


class Location(NamedTuple):
    """Repository or folder that a card tells its readers to load the model from."""

    repo: str  # NAMESPACE/NAME on the Hub, or a folder
    revision: str | None = None
    is_folder: bool = False


def write(folder: Path) -> None:
    """Write the card of a finished run into its folder."""
    config, record = read_config(folder / CONFIG), TrainingRecord.read(folder)
    files = tuple(file.name for file in folder.iterdir())
    card = render(Location(folder.as_posix(), is_folder=True), config, record, files)
    atomic_write(folder / CARD, lambda partial: partial.write_text(card, encoding="utf-8"))


def render(location: Location, config: ModelConfig, record: TrainingRecord, files: tuple[str, ...]) -> str:
    """Render the card of a model whose repository or folder has these files."""
    card = ModelCard.from_template(
        _metadata(location, record, files),
        template_path=str(TEMPLATE),
        **_model_fields(config, record),
        **_record_fields(record, config.stochastic),
        **_usage_fields(location, config, files),
    )
    return str(card).rstrip() + "\n"


def _metadata(location: Location, record: TrainingRecord, files: tuple[str, ...]) -> ModelCardData:
    celeba, results = record.is_celeba, _results(record)
    return ModelCardData(
        license="other" if celeba else record.data.get("licence") or "unknown",
        license_name=terms.CELEBA_LICENCE[0] if celeba else None,
        license_link=terms.CELEBA_LICENCE[1] if celeba else None,
        library_name="vae-faces",
        pipeline_tag=TASK,
        tags=[*TAGS, *_recipe(record).tags, *(["onnx"] if DECODER in files else [])],
        datasets=[terms.CELEBA_ON_HUB] if celeba else None,
        metrics=[name for name in METRICS if record.scores.get(name) is not None] or None,
        model_name=location.repo.rpartition("/")[2] if results else None,
        eval_results=results or None,
    )


def _recipe(record: TrainingRecord) -> Recipe | DialRecipe:
    return DIALS.get(record.recipe) or RECIPES[record.family]


def _results(record: TrainingRecord) -> list[EvalResult]:
    """List the recorded scores. Missing ones, such as an AE's KL, are left out."""
    validation, split, celeba = record.data.get("validation", {}), text.split_name(record), record.is_celeba
    return [
        EvalResult(
            task_type=TASK,
            task_name="Reconstruction and generation of faces",
            dataset_type=terms.CELEBA_ON_HUB if celeba else "image-folder",
            dataset_name=f"{'CelebA' if celeba else validation.get('name', 'images')}, {split} images",
            dataset_split=split,
            dataset_args={"images": validation["pictures"]} if "pictures" in validation else None,
            metric_type=score.key,
            metric_name=score.name,
            metric_value=round(score.value, 4),
        )
        for score in text.list_scores(record)
    ]


def _model_fields(config: ModelConfig, record: TrainingRecord) -> dict[str, Any]:
    dial = DIALS.get(record.recipe)
    term = dial.term if dial else None
    return {
        "title": record.title,
        "kind": _recipe(record).kind,
        "dial": dial is not None,
        "unit": "step" if term == "tc" else "image",
        "highest_beta": f"{config.highest_beta:g}" if isinstance(config, DialConfig) else None,
        "equation": text.equation(record.objective, config.stochastic, term=term),
        "symbols": text.explain_symbols(record.objective, config.stochastic, term=term),
        "images": text.IMAGES[config.channels],
        "channels": config.channels,
        "size": config.image_size,
        "latent_dim": config.latent_dim,
        "stochastic": config.stochastic,
        "parameters": f"{record.parameters / 1e6:.2f} M",
    }


def _record_fields(record: TrainingRecord, stochastic: bool) -> dict[str, Any]:
    return {
        "training": text.training_rows(record),
        "scores": text.list_scores(record),
        "evaluated_on": text.describe_images(record),
        "no_divergence": not stochastic,
        "curve": text.list_curve(record),
        "curve_images": f"{((record.curve or {}).get('data') or {}).get('pictures', 0):,}",
        "separation": text.list_separation_scores(record),
        "separation_images": f"{(record.disentanglement or {}).get('n', 0):,}",
        "celeba": record.is_celeba,
        "measured_images": f"{IMAGES_SEEN:,}",
        "groups": list(UNEXPLAINED["VAE"]),
        "unexplained": [(title, [f"{share:.2f}" for share in row.values()]) for title, row in UNEXPLAINED.items()],
        "licence": record.data.get("licence"),
        "licence_link": terms.CELEBA_LICENCE[1],
        "citations": CITATIONS.read_text(encoding="utf-8").rstrip(),
    }


def _usage_fields(location: Location, config: ModelConfig, files: tuple[str, ...]) -> dict[str, Any]:
    repo, revision = location.repo, f', revision="{location.revision}"' if location.revision else ""
    onnx_file = f'f"{repo}/{{name}}"' if location.is_folder else f'hf_hub_download("{repo}", name{revision})'
    return {
        "is_folder": location.is_folder,
        "pretrained": f'"{repo}"{revision}',
        "onnx_file": onnx_file,
        "onnx": DECODER in files and ENCODER in files,
        "samples": SAMPLES in files,
        "film": FILM in files,
        "prior": "" if config.stochastic else ', prior="fitted"',
        "sampling": "" if isinstance(config, DialConfig) else text.describe_sampling(config.stochastic),
    }
