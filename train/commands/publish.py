"""Everything that the verb `push` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from train.hub.account import require_name, require_writer


@dataclass(frozen=True)
class PushConfig:
    """Push a finished model to the Hugging Face Hub, with its card: one commit, or none where nothing has changed."""

    model: Positional[Path]
    """The model's folder."""
    repo: Annotated[str, tyro.conf.arg(metavar="NAMESPACE/NAME")]
    """The repository, made where it is missing."""
    private: bool = False
    """Make it a private one."""
    revision: Annotated[str | None, tyro.conf.arg(metavar="BRANCH")] = None
    """Push to this branch, made where it is missing, instead of the main one."""
    dry_run: bool = False
    """Only list what would be pushed; nothing is asked of the Hub."""

    def __post_init__(self) -> None:
        if self.repo is not tyro.MISSING:
            require_name(self.repo)

    def require_allowed(self) -> None:
        """Raise HubError unless the token may write there: before hours of training, not after. Changes nothing."""
        require_writer(self.repo)

    def run(self) -> str:
        """Push; where to look at it. Raises HubError, which says how to continue."""
        from train.hub import push, pushing  # after the arguments are right: it takes seconds

        target = push.Target(self.repo, self.private, self.revision)
        parcel = push.pack(self.model, target)
        return pushing.listed(parcel, target) if self.dry_run else pushing.sent(parcel, target)
