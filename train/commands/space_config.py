"""Everything that the verb `space` can be told."""

from dataclasses import dataclass
from typing import Annotated

import tyro

from train.hub.account import require_name, require_namespace

HUB = "hub:"


@dataclass(frozen=True)
class SpaceConfig:
    """Host the page as a Space of the Hugging Face Hub: what it needs and nothing else, in one commit, or none where
    nothing has changed.
    """

    repo: Annotated[str, tyro.conf.arg(metavar="NAMESPACE/NAME")]
    """The Space, made where it is missing."""
    models: Annotated[str | None, tyro.conf.arg(metavar="hub:NAMESPACE[@REVISION]")] = None
    """Whose models it shows (push-all puts them there); without it those of assets/weights, which are sent along."""
    private: bool = False
    """Make it a private one."""
    dry_run: bool = False
    """Only list what would be sent; nothing is asked of the Hub."""

    def __post_init__(self) -> None:
        if self.repo is not tyro.MISSING:
            require_name(self.repo)
        if self.models is not None:
            if not self.models.startswith(HUB):
                raise ValueError(f"models={self.models!r}: a Space takes its models from hub:NAMESPACE, or has its own")
            require_namespace(self.namespace())

    def namespace(self) -> str:
        """Whose models; "" where the Space has its own."""
        return (self.models or "").removeprefix(HUB).partition("@")[0]

    def revision(self) -> str | None:
        """In which state; None is the newest."""
        return (self.models or "").partition("@")[2] or None

    def run(self) -> str:
        """Send it; where to look at it. Raises HubError, which says how to continue."""
        from train.hub import space  # after the arguments are right: it takes seconds

        return space.run(self)
