"""Files of a pretrained model, in a folder or in a repository of the Hub."""

from pathlib import Path
from typing import NamedTuple, TypeVar

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import RemoteEntryNotFoundError
from safetensors.torch import load_file
from torch import nn

from vae_models.config import ModelConfig
from vae_models.files.names import CONFIG, WEIGHTS

Config = TypeVar("Config", bound=ModelConfig)
Model = TypeVar("Model", bound=nn.Module)


class Pretrained(NamedTuple):
    """The arguments of `from_pretrained` that say where a model's files are."""

    model_id: str  # a folder, or NAMESPACE/NAME on the Hub
    revision: str | None
    cache_dir: str | Path | None
    local_files_only: bool
    token: str | bool | None

    def file(self, name: str, hint: str, *, force_download: bool = False) -> Path:
        """Return the path of one of the model's files, downloaded if necessary.

        Raises:
            FileNotFoundError: if the model has no such file; the message ends with `hint`.
            Exception: huggingface_hub's errors.
        """
        folder = Path(self.model_id)
        if folder.is_dir():
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{self.model_id} has no {name}{hint}")
            return folder / name
        try:
            downloaded = hf_hub_download(
                self.model_id,
                name,
                revision=self.revision,
                cache_dir=self.cache_dir,
                force_download=force_download,
                local_files_only=self.local_files_only,
                token=self.token,
            )
        except RemoteEntryNotFoundError as error:
            raise FileNotFoundError(f"{self.model_id} has no {name}{hint}") from error
        return Path(downloaded)

    def config(self, kind: type[Config], *, strict: bool, given: object) -> Config:
        """Read config.json again: the mixin drops unknown fields, and hides why a repository could not be read.

        Args:
            kind: class of the configuration.
            strict: the caller's argument to `from_pretrained`; only True is allowed.
            given: the caller's configuration, if any.

        Raises:
            ValueError: for an argument that could load another network than was saved, and as `ModelConfig.read`.
            FileNotFoundError: if there is no config.json.
        """
        if not strict:
            raise ValueError("strict=False could load a network with untrained layers: leave it out")
        config = kind.read(self.file(CONFIG, ", so it is no model of ours"))
        if given not in (None, config):
            raise ValueError(f"{self.model_id} was saved with {config}: leave config= out")
        return config

    def load_weights(self, model: Model, map_location: str, *, force_download: bool) -> Model:
        """Load all weights of the model and return it on its device, in evaluation mode.

        Raises:
            FileNotFoundError: if there is no model.safetensors.
            RuntimeError: if a weight is missing, unknown or of another shape.
        """
        weights = self.file(WEIGHTS, "; only safetensors are loaded", force_download=force_download)
        model.load_state_dict(load_file(weights), strict=True)
        return model.to(map_location).eval()
