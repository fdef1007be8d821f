"""Everything that the verb `push-all` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from train.hub.account import require_namespace


@dataclass(frozen=True)
class PushAllConfig:
    """Push all finished models of a folder, each as NAMESPACE/{its folder's name}-celeba64, and group them in a
    collection.
    """

    folder: Positional[Path]
    """A folder of models' folders."""
    namespace: Annotated[str, tyro.conf.arg(metavar="NAME")]
    """Yours on the Hub, or an organisation's."""
    private: bool = False
    """Make the repositories, and the collection, private ones."""
    revision: Annotated[str | None, tyro.conf.arg(metavar="BRANCH")] = None
    """Push to this branch of each, made where it is missing, instead of the main one."""
    dry_run: bool = False
    """Only list what would be pushed; nothing is asked of the Hub."""

    def __post_init__(self) -> None:
        if self.namespace is not tyro.MISSING:
            require_namespace(self.namespace)

    def run(self) -> str:
        """Push them all; where to look at them. Raises HubError, which says how to continue."""
        from train.hub import collection  # after the arguments are right: it takes seconds

        return collection.run(self)
