"""Write the result folder of a finished run."""

import platform
import sys
import traceback
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import torch

from train.config import TrainConfig
from train.data.load import describe
from train.data.pictures import Pictures
from train.errors import UserError
from train.evaluation.densities import write_densities
from train.evaluation.dial.curve import measure_curve, to_entry
from train.evaluation.inference import Scores, encode, prior_moments, score
from train.evaluation.summary import summarize
from train.model_card import card
from train.model_card.terms import default_licence
from train.onnx import export
from train.run import metrics_log, previews
from vae_models import Autoencoder, Dial
from vae_models.files.names import DECODER, ENCODER, LATENTS, RECORD, SAMPLES
from vae_models.files.training_record import TrainingRecord

# recorded elsewhere, or paths
NOT_SETTINGS = {
    *("recipe", "data", "val", "download", "output", "cache", "resume", "data_note", "licence", "push_to", "track"),
}
PRIOR_IMAGES = 2**16  # limit of the images that the prior is fitted to: more would change it by a few per mille


def write(model: Autoencoder | Dial, config: TrainConfig, images: Pictures, validation: Pictures, steps: int) -> None:
    """Round the weights, fit the prior, evaluate, and write all files of the result. A dial is evaluated at beta 1.

    These are config.json, model.safetensors, densities.json, samples.png, training.json, the ONNX files and the card.
    A folder that has training.json is a finished model, so it is written after the files that it describes.
    """
    folder = config.run_dir()
    model.eval()
    if config.weights == "float16":
        model.round_kernels(torch.float16)
    if isinstance(model, Dial):  # its prior stays N(0, I): one fit cannot serve every beta
        shown = model.at(1).to(memory_format=torch.channels_last)
    else:
        shown = model
        shown.fit_prior(*prior_moments(encode(shown, images, PRIOR_IMAGES)))
    scores = score(shown, validation, config.objective())
    record = _make_record(shown, config, images, validation, scores, steps)
    if isinstance(model, Dial):
        curve = to_entry(measure_curve(model, validation, record.objective), record.data["validation"])
        record = replace(record, curve=curve, parameters=sum(parameter.numel() for parameter in model.parameters()))
    for name in (RECORD, DECODER, ENCODER, LATENTS):  # a resumed run's folder may have those of earlier weights
        (folder / name).unlink(missing_ok=True)
    previews.sample_grid(shown).save(folder / SAMPLES)
    model.save_pretrained(folder)
    write_densities(folder, scores.codes.mean, record)
    record.write(folder)
    _export_onnx(folder)
    card.write(folder)  # last: it lists the files


def _export_onnx(folder: Path) -> None:
    """Write the ONNX files and print a line for each, or say how to retry: the trained model works without them."""
    retry = f"python -m train export {folder}"
    if export.missing_packages():
        print(f"No ONNX files were written: pip install {' '.join(export.PACKAGES)}, then {retry}")
        return
    try:
        print(*export.export(folder), sep="\n")
    except Exception as error:  # of any kind: hours of training must not end as a failure
        if not isinstance(error, UserError):
            traceback.print_exc()
        print(f"warning: the ONNX export failed ({error}). Retry with {retry}", file=sys.stderr)


def _make_record(
    model: Autoencoder, config: TrainConfig, images: Pictures, validation: Pictures, scores: Scores, steps: int
) -> TrainingRecord:
    objective, lines = config.objective(), metrics_log.read(config.run_dir())
    return TrainingRecord(
        recipe=config.recipe,
        objective=objective,
        data={
            "note": config.data_note,
            "licence": config.licence or default_licence(config.data),
            "training": describe(config.data, images),
            "validation": describe(config.val or config.data, validation),
        },
        settings={name: value for name, value in config.settings().items() if name not in NOT_SETTINGS},
        steps=steps,
        images_seen=steps * config.batch_size,
        loss={"first": lines[0]["loss"], "last": lines[-1]["loss"]},
        versions=_versions(),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        **summarize(model, scores, objective)._asdict(),
    )


def _versions() -> dict[str, str]:
    packages = ("torch", "accelerate", "huggingface_hub", "safetensors", "numpy", "pillow")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
