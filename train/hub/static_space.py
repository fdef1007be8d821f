"""Send the page without a server to the Hub as a static Space, in one commit, or in none if nothing has changed."""

import re

from huggingface_hub import HfApi

from train.errors import UserError
from train.hub import space_card
from train.hub.account import create_repository, require_writer
from train.hub.errors import hub_errors
from train.hub.push import Upload, format_size
from train.hub.space import KIND, Space, describe_upload, list_operations, retry_hints, total_size
from train.site.contents import list_repositories, load_models, make_site
from vae_models.files.names import CARD

LARGEST = 10_000_000  # bytes of a file outside LFS


def own_address(space: Space) -> str:
    """Return the address of the page itself, outside of the Hub's frame."""
    return f"https://{re.sub(r'[^a-z0-9]+', '-', space.repo.lower())}.static.hf.space/"


def make_files(space: Space) -> dict[str, bytes]:
    """Make the Space's files by name. Raises UserError as `load_models` does, and if a file is too large."""
    loaded = load_models((space.source,))
    files = make_site(loaded, own_address(space))
    repositories = list_repositories(loaded)
    files[CARD] = space_card.render_static(repositories).encode()
    for name, data in files.items():
        if len(data) > LARGEST:
            raise UserError(f"{name} has {len(data) / 1e6:.1f} MB, and a Space accepts 10 MB: leave out this model")
    return dict(sorted(files.items()))


def describe(space: Space) -> str:
    """List the files that would be sent. Asks the Hub for nothing but models of a namespace."""
    files = make_files(space)
    lines = [f"  {name:<48}{format_size(len(data)):>10}" for name, data in files.items()]
    return "\n".join([f"{space.page} would get", *lines, f"  {f'{len(files)} files':<48}{total_size(files):>10}"])


def send_and_report(space: Space) -> str:
    """Send the page, and return a line about the result.

    Raises UserError as `make_files` does, HubError or Interrupted with a hint to try again.
    """
    files = make_files(space)
    with retry_hints():
        upload = _send(space, files)
    return describe_upload(space, files, upload)


def _send(space: Space, files: dict[str, bytes]) -> Upload:
    require_writer(space.repo, KIND)
    api = HfApi()
    create_repository(api, space.repo, private=space.private, kind=KIND, sdk="static")
    with hub_errors(space.repo):
        before = api.space_info(space.repo).sha
        present = api.list_repo_files(space.repo, repo_type=KIND)
        operations = list_operations(files, present)
        commit = api.create_commit(space.repo, operations, commit_message="VAE Faces: the page", repo_type=KIND)
    return Upload(commit.oid, commit.oid != before)
