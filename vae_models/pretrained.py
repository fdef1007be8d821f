"""Files of a pretrained model, in a folder or in a repository of the Hub."""

from pathlib import Path
from typing import NamedTuple

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import RemoteEntryNotFoundError


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
