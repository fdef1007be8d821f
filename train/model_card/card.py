"""The model card: what README.md says of a model, on the Hub or beside its weights, from what its training recorded."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from train.finished import CONFIG
from train.model_card import text
from vae_models import ModelConfig
from vae_models.files.atomic import atomic_write
from vae_models.files.onnx_files import DECODER, ENCODER
from vae_models.files.training_record import TrainingRecord

CARD = "README.md"
TEMPLATE = Path(__file__).parent / "card.md"
CITATIONS = Path(__file__).parent / "citations.bib"
SAMPLES = "samples.png"
TASK = "unconditional-image-generation"
CELEBA = "flwrlabs/celeba"  # where the Hub has the data set
TERMS = ("celeba-dataset-release-agreement", "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html")
TAGS = ["autoencoder", "faces", "representation-learning", "disentanglement"]
RECIPE_TAGS = {
    "vae": ["variational-autoencoder"],
    "beta-vae": ["variational-autoencoder", "beta-vae"],
    "beta-tcvae": ["variational-autoencoder", "beta-tcvae"],
}
METRICS = ["psnr", "ssim"]  # those that the Hub knows


class Place(NamedTuple):
    """Where the model is, or will be."""

    repo: str  # NAMESPACE/NAME on the Hub, or a folder
    revision: str | None = None
    here: bool = False  # a folder of this machine


def write(folder: Path) -> None:
    """Put the card of a finished run into its folder, by the record and the files that stand there now."""
    config = ModelConfig(**json.loads((folder / CONFIG).read_text(encoding="utf-8")))
    files = tuple(file.name for file in folder.iterdir())
    text = render(Place(folder.as_posix(), here=True), config, TrainingRecord.read(folder), files)
    atomic_write(folder / CARD, lambda partial: partial.write_text(text, encoding="utf-8"))


def render(place: Place, config: ModelConfig, record: TrainingRecord, files: tuple[str, ...]) -> str:
    """The card of a model whose repository will hold `files`."""
    celeba = is_celeba(record)
    card = ModelCard.from_template(
        _metadata(place, record, files, celeba),
        template_path=str(TEMPLATE),
        **_words(place, config, record, files),
        celeba=celeba,
        license_link=TERMS[1],
    )
    return str(card).rstrip() + "\n"


def is_celeba(record: TrainingRecord) -> bool:
    """Whether the record says that the pictures are CelebA's."""
    training = record.data.get("training", {})
    said = f"{record.data.get('note', '')} {training.get('name', '')}".lower()
    return "celeba" in said or training.get("crop") == "celeba"


def _metadata(place: Place, record: TrainingRecord, files: tuple[str, ...], celeba: bool) -> ModelCardData:
    tags = [*TAGS, *RECIPE_TAGS.get(record.recipe, []), *(["onnx"] if DECODER in files else [])]
    results = _results(record, celeba)
    return ModelCardData(
        license="other" if celeba else "unknown",
        license_name=TERMS[0] if celeba else None,
        license_link=TERMS[1] if celeba else None,
        library_name="vae-faces",
        pipeline_tag=TASK,
        tags=tags,
        datasets=[CELEBA] if celeba else None,
        metrics=[name for name in METRICS if record.scores.get(name) is not None] or None,
        model_name=place.repo.rpartition("/")[2] if results else None,
        eval_results=results or None,
    )


def _results(record: TrainingRecord, celeba: bool) -> list[EvalResult]:
    """The measured scores. What was not measured, or does not exist (an AE's KL), is left out."""
    about, split = record.data.get("validation", {}), text.split(record)
    return [
        EvalResult(
            task_type=TASK,
            task_name="Reconstruction and generation of faces",
            dataset_type=CELEBA if celeba else "image-folder",
            dataset_name=f"{'CelebA' if celeba else about.get('name', 'pictures')}, {split} pictures",
            dataset_split=split,
            dataset_args={"pictures": about["pictures"]} if "pictures" in about else None,
            metric_type=score.key,
            metric_name=score.name,
            metric_value=round(score.value, 4),
        )
        for score in text.scores(record)
    ]


def _words(place: Place, config: ModelConfig, record: TrainingRecord, files: tuple[str, ...]) -> dict[str, Any]:
    named = f'"{place.repo}"' + (f', revision="{place.revision}"' if place.revision else "")
    return {
        "title": text.title(record),
        "kind": text.KINDS.get(record.recipe, "An autoencoder"),
        "equation": text.equation(record.objective, config.stochastic),
        "terms": text.terms(record.objective, config.stochastic),
        "pictures": text.PICTURES[config.channels],
        "channels": config.channels,
        "here": place.here,
        "size": config.image_size,
        "latent_dim": config.latent_dim,
        "stochastic": config.stochastic,
        "parameters": f"{record.parameters / 1e6:.2f} M",
        "place": named,
        "onnx_file": _onnx_file(place),
        "prior": "" if config.stochastic else ', prior="fitted"',
        "sampling": text.sampling(config.stochastic),
        "samples": SAMPLES in files,
        "onnx": DECODER in files and ENCODER in files,
        "training": text.training(record),
        "scores": text.scores(record),
        "scored": text.scored(record),
        "separation": text.separation(record),
        "separated": f"{(record.disentanglement or {}).get('n', 0):,}",
        "citations": CITATIONS.read_text(encoding="utf-8").rstrip(),
    }


def _onnx_file(place: Place) -> str:
    """The Python that says where the file `name` is."""
    if place.here:
        return f'f"{place.repo}/{{name}}"'
    revision = f', revision="{place.revision}"' if place.revision else ""
    return f'hf_hub_download("{place.repo}", name{revision})'
