"""Commands that publish: push, push-all and space on the Hugging Face Hub; site writes the page as files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from train.errors import UserError, as_user_error
from vae_models.hub.source import HUB, Namespace

MODELS = "models/"  # folder of a site


@dataclass(frozen=True)
class PushConfig:
    """Push a finished model and its card to the Hugging Face Hub, in one commit, or in none if nothing has changed."""

    model: Positional[Path]
    """The model's folder."""
    repo: Annotated[str, tyro.conf.arg(metavar="NAMESPACE/NAME")]
    """The repository; it is created if it is missing."""
    private: bool = False
    """Create a private repository."""
    revision: Annotated[str | None, tyro.conf.arg(metavar="BRANCH")] = None
    """Push to this branch, created if it is missing, instead of the main one."""
    dry_run: bool = False
    """Only list the files; nothing is asked of the Hub."""

    def __post_init__(self) -> None:
        if self.repo is not tyro.MISSING:
            from train.hub.account import require_name  # late: it imports huggingface_hub

            require_name(self.repo)

    def run(self) -> str:
        """Push the model; return a line with its address. Raises UserError, which says how to try again."""
        from train.hub import push  # late: it takes seconds

        plan = push.plan_upload(self.model, push.Target(self.repo, self.private, self.revision))
        return push.describe_plan(plan) if self.dry_run else push.push_and_report(plan)


@dataclass(frozen=True)
class PushAllConfig:
    """Push all finished models of a folder, and group them in a collection.

    A model goes to NAMESPACE/FOLDER-DATA64, e.g. me/beta-vae-celeba64 or me/vae-sprites64. The app shows those of
    CelebA with --models hub:NAMESPACE.
    """

    folder: Positional[Path]
    """A folder of model folders."""
    namespace: Annotated[str, tyro.conf.arg(metavar="NAME")]
    """Your user name on the Hub, or the name of an organisation."""
    private: bool = False
    """Create private repositories and a private collection."""
    revision: Annotated[str | None, tyro.conf.arg(metavar="BRANCH")] = None
    """Push to this branch of each, created if it is missing, instead of the main one."""
    dry_run: bool = False
    """Only list the files; nothing is asked of the Hub."""

    def __post_init__(self) -> None:
        if self.namespace is not tyro.MISSING:
            from train.hub.account import require_namespace  # late: it imports huggingface_hub

            require_namespace(self.namespace)

    def run(self) -> str:
        """Push the models; return a line about each. Raises UserError, which says how to try again."""
        from train.hub import collection, push  # late: they take seconds

        plans = collection.plan_uploads(self.folder, self.namespace, private=self.private, revision=self.revision)
        return "\n".join(map(push.describe_plan, plans)) if self.dry_run else collection.push_all(plans)


@dataclass(frozen=True)
class SpaceConfig:
    """Host the app as a Space of the Hugging Face Hub, in one commit, or in none if nothing has changed.

    Only committed files that the app needs are sent. With --static the page is hosted without a server, as `site`
    writes it.
    """

    repo: Annotated[str, tyro.conf.arg(metavar="NAMESPACE/NAME")]
    """The Space; it is created if it is missing."""
    models: Annotated[str | None, tyro.conf.arg(metavar="hub:NAMESPACE[@REVISION]")] = None
    """Whose models it shows (push-all uploads them). Default: the bundled models, which are sent along."""
    static: bool = False
    """Send the page without a server, with its models: free of charge, for any number of visitors."""
    private: bool = False
    """Create a private Space."""
    dry_run: bool = False
    """Only list the files; nothing is asked of the Hub, but for models of hub:NAMESPACE with --static."""

    def __post_init__(self) -> None:
        if self.repo is not tyro.MISSING:
            from train.hub.account import require_name  # late: it imports huggingface_hub

            require_name(self.repo)
        self.namespace()

    def namespace(self) -> Namespace | None:
        """Return the namespace of the models; None if the Space has its own. Raises UserError if it is invalid."""
        if self.models is None:
            return None
        if not self.models.startswith(HUB):
            raise UserError(f"models={self.models!r}: a Space shows the models of hub:NAMESPACE, or its own")
        with as_user_error(ValueError):
            return Namespace.parse(self.models)

    def run(self) -> str:
        """Send the Space; return a line with its address. Raises UserError, which says how to try again."""
        from train.hub import space, static_space  # late: they take seconds

        target, kind = space.Space(self.repo, self.namespace(), self.private), static_space if self.static else space
        return kind.describe(target) if self.dry_run else kind.send_and_report(target)


@dataclass(frozen=True)
class SiteConfig:
    """Write the page as a folder of files, which any web server can serve, below any path.

    The models run in the visitor's browser. A folder that holds anything but such a site is left as it is.
    """

    folder: Positional[Path]
    """The folder to write; an earlier site in it is replaced."""
    models: Annotated[tuple[str, ...], tyro.conf.arg(metavar="bundled | hub:NAMESPACE[@REVISION] | DIR ...")] = (
        "bundled",
    )
    """The models that it shows: the bundled ones, those of a namespace of the Hub, or folders of finished models."""
    address: Annotated[str | None, tyro.conf.arg(metavar="URL")] = None
    """Public address of the site. Posted links then show a picture."""

    def run(self) -> str:
        """Write the site; return a line about it. Raises UserError."""
        from train.site import contents, folder, head  # late: they take seconds

        folder.require_own(self.folder)
        address = None if self.address is None else head.read_address(self.address)
        files = contents.make_site(contents.load_models(self.models), address)
        folder.write_folder(self.folder, files)
        sizes = {name: len(data) for name, data in files.items()}
        models = sum(size for name, size in sizes.items() if name.startswith(MODELS))
        facts = f"{len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB, of which {models / 1e6:.1f} MB are models"
        return f"{self.folder} has the site: {facts}; python -m http.server --directory {self.folder} shows it"
