"""Everything that the verb `sample` can be told."""

import math
from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional

from vae_models.catalogue import Prior


@dataclass(frozen=True)
class SampleConfig:
    """Draw pictures that a model makes up, as numbered PNG files: to enlarge a data set, for one."""

    model: Positional[str]
    """The model's folder, or its name on the Hub."""
    count: int
    """How many pictures."""
    output: Path
    """A folder that is not there yet, or empty."""
    prior: Prior = "standard"
    """standard: codes from N(0, I); fitted: from the Gaussian fitted to the codes of the training pictures."""
    seed: int = 0
    """Of the noise: the first pictures of a longer run are those of a shorter one."""
    temperature: float = 1.0
    """What the noise is multiplied by: below 1 pictures are likelier and more alike."""

    def run(self) -> str:
        """Draw; the sentence that the command ends with. Raises ValueError for settings that cannot be."""
        if self.count < 1:
            raise ValueError(f"count={self.count}: ask for at least one picture")
        if not math.isfinite(self.temperature) or self.temperature < 0:
            raise ValueError(f"temperature={self.temperature}: it must be finite and at least 0")
        from train.commands import samples  # after the arguments are right: it takes seconds

        return samples.write(self)
