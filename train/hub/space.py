"""Send the app to the Hub as a Space, in one commit, or in none if nothing has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

from huggingface_hub import CommitOperation, CommitOperationAdd, CommitOperationDelete, HfApi

from train.errors import UserError
from train.hub import space_files
from train.hub.account import create_repository, require_writer
from train.hub.errors import HubError, address, hub_errors
from train.hub.push import Upload, format_size
from train.run.signals import Interrupted
from vae_models.hub.download import list_models
from vae_models.hub.source import HUB, Namespace

VARIABLE = "VAE_FACES_MODELS"  # default of the app's --models
KEPT = ".gitattributes"  # the Hub's own
KIND: Literal["space"] = "space"
SHOWN = 3  # names in a message


class Space(NamedTuple):
    """A Space and the namespace whose models it shows; None: it has its own models."""

    repo: str  # NAMESPACE/NAME
    models: Namespace | None
    private: bool = False

    @property
    def page(self) -> str:
        """Address at which to see it."""
        return address(f"spaces/{self.repo}")

    @property
    def source(self) -> str:
        """Value of the app's --models."""
        if self.models is None:
            return "bundled"
        return f"{HUB}{self.models.name}" + (f"@{self.models.revision}" if self.models.revision else "")


def describe(space: Space) -> str:
    """List the files that would be sent, and those that are not committed. Asks nothing of the Hub."""
    files = space_files.files(space.models, space_files.bundled_repositories(space.models))
    lines = [f"  {name:<48}{format_size(len(data)):>10}" for name, data in files.items()]
    total = f"  {f'{len(files)} files':<48}{total_size(files):>10}"
    dirty = [f"Not committed, so nothing is sent: {name}" for name in space_files.uncommitted(space.models)]
    return "\n".join([f"{space.page} would get", *lines, total, *dirty, f"and {VARIABLE}={space.source}"])


def send_and_report(space: Space) -> str:
    """Send the app, and return a line about the result.

    Raises UserError if files are not committed or too large, HubError or Interrupted with a hint to try again.
    """
    _require_committed(space)
    with retry_hints():
        repositories = _find_models(space)
        files = space_files.files(space.models, repositories)
        upload, models_are_private = _send(space, files, repositories)
    hint = "; the models are private: give the Space a secret HF_TOKEN that may read them" if models_are_private else ""
    return f"{describe_upload(space, files, upload)}; {VARIABLE}={space.source}{hint}"


@contextmanager
def retry_hints() -> Iterator[None]:
    """Say of whatever stops the sending of a Space that the same command tries again."""
    try:
        yield
    except HubError as error:
        raise HubError(f"{error}. Run the same command to try again") from error
    except KeyboardInterrupt:
        raise Interrupted("stopped while sending the Space; run the same command to try again") from None


def describe_upload(space: Space, files: dict[str, bytes], upload: Upload) -> str:
    """Describe in a line what a Space has got."""
    if not upload.is_new:
        return f"{space.page} has all files already: no new commit"
    return f"{space.page} {len(files)} files, {total_size(files)}, commit {upload.commit[:8]}"


def _require_committed(space: Space) -> None:
    names = space_files.uncommitted(space.models)
    if names:
        listed = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        raise UserError(f"A Space gets only committed files: commit or remove these {len(names)} first ({listed})")


def _find_models(space: Space) -> list[str]:
    """List the repositories of the models that the Space shows. Raises HubError if the namespace has none."""
    if space.models is None:
        return []
    with hub_errors(space.models.name):
        names = list_models(space.models)
    if not names:
        hint = f"python -m train push-all FOLDER --namespace {space.models.name} uploads models"
        raise HubError(f"The Hub shows no models of {space.models.name} to this token: {hint}")
    bundled = space_files.bundled_repositories(space.models)
    repositories = [space.models.repository(name) for name in names]
    return sorted(repositories, key=lambda repo: (bundled.index(repo) if repo in bundled else len(bundled), repo))


def _send(space: Space, files: dict[str, bytes], repositories: list[str]) -> tuple[Upload, bool]:
    """Send the files; return the upload, and whether any of the models is private."""
    require_writer(space.repo, KIND)
    api = HfApi()
    models_are_private = _are_private(api, space, repositories)
    create_repository(api, space.repo, private=space.private, kind=KIND)
    with hub_errors(space.repo):
        variable = api.get_space_variables(space.repo).get(VARIABLE)
        if variable is None or variable.value != space.source:  # only then: each change builds the Space anew
            api.add_space_variable(space.repo, VARIABLE, space.source, description="whose models the page shows")
        before = api.space_info(space.repo).sha
        present = api.list_repo_files(space.repo, repo_type=KIND)
        # upload_folder would make several commits
        commit = api.create_commit(
            space.repo, list_operations(files, present), commit_message="VAE Faces: the page", repo_type=KIND
        )
    return Upload(commit.oid, commit.oid != before), models_are_private


def list_operations(files: dict[str, bytes], present: list[str]) -> list[CommitOperation]:
    """List what makes a repository, in which the files `present` are, have these files and no others."""
    outdated = sorted(set(present) - {*files, KEPT})
    return [
        *(CommitOperationAdd(name, data) for name, data in files.items()),
        *(CommitOperationDelete(name) for name in outdated),
    ]


def _are_private(api: HfApi, space: Space, repositories: list[str]) -> bool:
    """Return whether any of the models is private. Raises HubError if one does not have the Space's revision."""
    private = []
    for repo in repositories:
        with hub_errors(repo):
            private.append(api.model_info(repo, revision=space.models.revision if space.models else None).private)
    return any(private)


def total_size(files: dict[str, bytes]) -> str:
    """Write the size of all files."""
    return format_size(sum(len(data) for data in files.values()))
