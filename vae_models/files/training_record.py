"""training.json: what a model was trained on, how, and what it scored."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from vae_models.catalogue import RECIPES
from vae_models.objectives.objective import Objective

RECORD = "training.json"


@dataclass(frozen=True)
class TrainingRecord:
    """The facts that stand beside the weights. Everything is plain JSON; what does not exist (an AE's KL) is null."""

    recipe: str  # the folder name of a bundled model: ae, vae, beta-vae, beta-tcvae
    objective: Objective
    data: dict[str, Any]  # what was trained and validated on: names, counts, crop
    settings: dict[str, Any]  # the trainer's settings, paths left out
    steps: int
    images_seen: int
    loss: dict[str, float]  # mean over the first and the last twenty steps
    versions: dict[str, str]
    parameters: int
    scores: dict[str, Any]  # over the validation pictures: means, and what their codes say as a set
    latents: dict[str, list[float]]  # by dimension, over the validation pictures
    typicality: dict[str, Any]  # quantiles of two scores over the validation pictures
    # what is measured where it is asked for; each says of which pictures. Null: not yet
    attributes: dict[str, Any] | None = None  # how well, and how separately, codes tell labelled attributes
    disentanglement: dict[str, Any] | None = None  # of pictures whose factors are known
    generation: dict[str, Any] | None = None  # FID and KID

    @property
    def family(self) -> str:
        """Name the recipe that this objective belongs to: a beta-TCVAE with beta = 1 is a VAE to the loss."""
        if not self.objective.kl:
            return "ae"
        if self.objective.tc:
            return "beta-tcvae"
        return "vae" if self.objective.kl == 1 else "beta-vae"

    @property
    def beta(self) -> float | None:
        """The report's beta: the weight of KL, or 1 + the weight of TC (alpha = gamma = 1); None for an AE."""
        if self.family == "ae":
            return None
        return self.objective.tc + 1 if self.objective.tc else self.objective.kl

    @property
    def title(self) -> str:
        """Title of the model, with its beta where the objective has one."""
        recipe = RECIPES[self.family]
        return recipe.title if recipe.term is None else f"{recipe.title}, β = {self.beta:g}"

    @property
    def sort_key(self) -> tuple[int, float]:
        """Order of the columns: by recipe, then by beta."""
        return list(RECIPES).index(self.family), self.beta or 0.0

    def write(self, folder: Path) -> None:
        """Write training.json into `folder`: aside and renamed, so that there is never half a one."""
        partial = folder / f".{RECORD}.partial"
        partial.write_text(json.dumps(asdict(self), indent=1, allow_nan=False) + "\n")
        partial.replace(folder / RECORD)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read training.json from `folder`. Raises ValueError where it is no such file."""
        try:
            facts = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            record = cls(**{**facts, "objective": Objective(**facts["objective"])})
            record._require_types()
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{folder / RECORD} is not a training record of this version: {error}") from None
        return record

    def _require_types(self) -> None:
        """Raises TypeError for what the page could not show."""
        for name in ("data", "settings", "loss", "versions", "scores", "latents", "typicality"):
            if not isinstance(getattr(self, name), dict):
                raise TypeError(f"{name} is no object of fields")
        for name in ("steps", "images_seen", "parameters"):
            if type(getattr(self, name)) is not int:
                raise TypeError(f"{name} is no whole number")
        for name, score in self.scores.items():
            if isinstance(score, str):
                raise TypeError(f"the score {name} is no number")
