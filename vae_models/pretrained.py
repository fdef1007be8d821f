"""Where the files of a model are: in a folder, or in a repository of the Hub."""

from pathlib import Path
from typing import NamedTuple

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import RemoteEntryNotFoundError


class Pretrained(NamedTuple):
    """What `from_pretrained` was asked for."""

    model_id: str  # a folder, or NAMESPACE/NAME
    revision: str | None
    cache_dir: str | Path | None
    local_files_only: bool
    token: str | bool | None

    def file(self, name: str, otherwise: str, *, force_download: bool = False) -> Path:
        """One of its files, downloaded where it is not here.

        Raises FileNotFoundError, which ends with `otherwise`, where there is none, and what huggingface_hub raises.
        """
        if Path(self.model_id).is_dir():
            place = Path(self.model_id) / name
            if not place.is_file():
                raise FileNotFoundError(f"{self.model_id} has no {name}{otherwise}")
            return place
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
            raise FileNotFoundError(f"{self.model_id} has no {name}{otherwise}") from error
        return Path(downloaded)
