"""training.json: the data a model was trained on, the training's settings, and the model's scores."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from vae_models.catalogue import DIALS, RECIPES
from vae_models.files.atomic import atomic_write
from vae_models.files.names import RECORD
from vae_models.objectives.objective import Objective, at_beta, recipe_of

CELEBA = "celeba"  # data.licence of models that were trained on CelebA
# The bundled models were trained and validated on zips of CelebA's faces before records had a licence.
BUNDLED_TRAINING = {"name": "train.zip", "pictures": 37_533}
BUNDLED_VALIDATION = {"name": "val.zip", "pictures": 4_535}
WITHOUT_EFFECT = ("checkpoint_every", "preview_every", "compile")  # settings that leave the model as it is


@dataclass(frozen=True)
class TrainingRecord:
    """Description of a trained model, stored next to its weights as plain JSON; a missing value (AE's KL) is null."""

    recipe: str  # key of RECIPES or DIALS that the trainer was started with
    objective: Objective  # of a dial, at beta 1; so are its scores, latents and typicality
    data: dict[str, Any]  # training and validation data: names, counts, crop
    settings: dict[str, Any]  # the trainer's settings, without paths
    steps: int
    images_seen: int
    loss: dict[str, float]  # mean over the first and the last twenty steps, nats per image
    versions: dict[str, str]
    parameters: int
    scores: dict[str, Any]  # over the validation images: means, and statistics of the set of codes
    latents: dict[str, list[float]]  # by dimension, over the validation images
    typicality: dict[str, Any]  # quantiles of two scores over the validation images
    # optional metrics, null until they are measured; each names its images
    attributes: dict[str, Any] | None = None  # how well, and how separately, codes predict labelled attributes
    total_correlation: dict[str, Any] | None = None  # Gaussian, of training and validation images, and by chance
    disentanglement: dict[str, Any] | None = None  # of images with known factors
    generation: dict[str, Any] | None = None  # FID and KID
    curve: dict[str, Any] | None = None  # of a dial: scores along its betas

    @property
    def family(self) -> str:
        """Name the recipe that this objective belongs to: a beta-TCVAE with beta = 1 is a VAE to the loss."""
        return recipe_of(self.objective, preferred=self.recipe)

    @property
    def beta(self) -> float | None:
        """The report's beta: the weight of KL, or 1 + the weight of TC (alpha = gamma = 1); None for an AE."""
        recipe = RECIPES[self.family]
        if not recipe.stochastic:
            return None
        return self.objective.tc + 1 if recipe.term == "tc" else self.objective.kl

    def objective_at(self, beta: float | None) -> Objective:
        """Return the objective of a dial at a beta; the record's own if there is none."""
        return self.objective if beta is None else at_beta(self.objective, DIALS[self.recipe].term, beta)

    @property
    def seed(self) -> int:
        """Seed of the training; records of older runs without one have 0."""
        return int(self.settings.get("seed", 0))

    @property
    def effective_settings(self) -> dict[str, Any]:
        """The settings that the model depends on."""
        return {name: value for name, value in self.settings.items() if name not in WITHOUT_EFFECT}

    @property
    def title(self) -> str:
        """Title of the model, with its beta if the objective has one."""
        if self.recipe in DIALS:
            return DIALS[self.recipe].title
        recipe = RECIPES[self.family]
        return recipe.title if recipe.term is None else f"{recipe.title}, β = {self.beta:g}"

    @property
    def sort_key(self) -> tuple[int, float]:
        """Order of the columns: by recipe, then by beta."""
        return list(RECIPES).index(self.family), self.beta or 0.0

    @property
    def is_celeba(self) -> bool:
        """True if the model was trained on CelebA: by the record's licence, else by the crop of CelebA's frames.

        Notes are free text and decide nothing.
        """
        licence, training = self.data.get("licence"), self.data.get("training", {})
        if licence is not None:
            return bool(licence == CELEBA)
        return training.get("crop") == "celeba" or {**training, **BUNDLED_TRAINING} == training

    @property
    def is_validated_on_celeba(self) -> bool:
        """True if a model of CelebA was also validated on CelebA: `evaluate` may have used other images."""
        validation = self.data.get("validation", {})
        from_celeba = validation.get("crop") == "celeba" or {**validation, **BUNDLED_VALIDATION} == validation
        return self.is_celeba and from_celeba

    def write(self, folder: Path) -> None:
        """Write training.json into `folder`.

        Raises:
            ValueError: if a number is NaN or infinite.
        """
        text = json.dumps(asdict(self), indent=1, allow_nan=False) + "\n"
        atomic_write(folder / RECORD, lambda file: file.write_text(text, encoding="utf-8"))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read training.json from `folder`.

        Unknown fields are ignored: the file only describes the model, so a record of a newer version can be read.

        Raises:
            ValueError: if a field is missing or has another type.
        """
        try:
            content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            objective = Objective(**_known_fields(Objective, content["objective"]))
            record = cls(**{**_known_fields(cls, content), "objective": objective})
            record._check_types()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{folder / RECORD} is not a training record of this version: {error}") from None
        return record

    def _check_types(self) -> None:
        """Check the types of what the page shows.

        Raises:
            TypeError: if a field has another type.
        """
        for name in ("data", "settings", "loss", "versions", "scores", "latents", "typicality"):
            if not isinstance(getattr(self, name), dict):
                raise TypeError(f"{name} is no object of fields")
        for name in ("steps", "images_seen", "parameters"):
            if type(getattr(self, name)) is not int:
                raise TypeError(f"{name} is no whole number")
        for name, score in self.scores.items():
            if isinstance(score, str):
                raise TypeError(f"the score {name} is no number")


def _known_fields(cls: type, content: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(cls)}
    return {name: value for name, value in content.items() if name in names}
