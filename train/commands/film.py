"""Everything that the verb `film` can be told."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional


@dataclass(frozen=True)
class FilmConfig:
    """Make the film of a model learning: the samples that a run drew of one fixed noise, one after the other."""

    folder: Positional[Path]
    """The run's folder; its model need not be finished."""
    output: Path | None = None
    """The animated WebP; default: film.webp in the run's folder."""
    seconds: float = 8.0
    """How long it learns; the last picture then stays for two seconds."""

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ValueError(f"seconds={self.seconds}: it must be greater than 0")

    def run(self) -> str:
        """Make it; the sentence that the command ends with. Raises ValueError for another kind of file, and as
        `film.make` does.
        """
        file = self.output or self.folder / "film.webp"
        if file.suffix != ".webp":
            raise ValueError(f"{file}: the film is an animated WebP, so its name must end in .webp")
        from train.figures import film  # after the arguments are right: it takes seconds

        pictures = film.make(self.folder, file, self.seconds)
        return f"{file}: {pictures} pictures of the samples as the model learnt"
