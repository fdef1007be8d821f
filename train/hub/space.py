"""`space`: the page as a Space of the Hub."""

from typing import Literal

from huggingface_hub import CommitOperation, CommitOperationAdd, CommitOperationDelete, HfApi

from train.commands.space_config import SpaceConfig
from train.hub import space_files
from train.hub.account import make_repository, require_writer
from train.hub.errors import HubError, in_words
from train.hub.pushing import size_in_words
from train.run.signals import Interrupted

VARIABLE = "VAE_FACES_MODELS"  # the default of the page's --models
KEPT = ".gitattributes"  # the Hub's own: what goes through LFS
KIND: Literal["space"] = "space"


def run(config: SpaceConfig) -> str:
    """Send the page, and say which models it shows; where to look at it.

    Raises ValueError for files that a Space does not take, HubError or Interrupted, which say how to continue.
    """
    files = space_files.files(config)
    if config.dry_run:
        return _listed(config, files)
    try:
        commit, new, closed = _send(config, files)
    except HubError as error:
        raise HubError(f"{error}. The same command continues") from error
    except KeyboardInterrupt:
        raise Interrupted("stopped while sending the Space: the same command continues") from None
    sent = f"{len(files)} files, {_total(files)}, commit {commit[:8]}" if new else "has all of it: no new commit"
    secret = "; the models are private: give the Space a secret HF_TOKEN that may read them" if closed else ""
    return f"{_place(config)} {sent}; {VARIABLE}={_shown(config)}{secret}"


def _send(config: SpaceConfig, files: dict[str, bytes]) -> tuple[str, bool, bool]:
    """The Space's commit, whether it is a new one, and whether the models are private."""
    require_writer(config.repo)
    api = HfApi()
    closed = _are_private(api, config)
    make_repository(api, config.repo, private=config.private, kind=KIND)
    with in_words(config.repo):
        told = api.get_space_variables(config.repo).get(VARIABLE)
        if told is None or told.value != _shown(config):  # before the files: each change of it builds the Space anew
            api.add_space_variable(config.repo, VARIABLE, _shown(config), description="whose models the page shows")
        before = api.space_info(config.repo).sha
        there = api.list_repo_files(config.repo, repo_type=KIND)
        # upload_folder would do it in several commits
        made = api.create_commit(
            config.repo, _operations(files, there), commit_message="VAE Faces: the page", repo_type=KIND
        )
    return made.oid, made.oid != before, closed


def _operations(files: dict[str, bytes], there: list[str]) -> list[CommitOperation]:
    gone = sorted(set(there) - {*files, KEPT})
    return [
        *(CommitOperationAdd(name, data) for name, data in files.items()),
        *(CommitOperationDelete(name) for name in gone),
    ]


def _are_private(api: HfApi, config: SpaceConfig) -> bool:
    """Whether one of the models is. Raises HubError where one is not there: the page would have none to show."""
    found = []
    for repo in space_files.repositories(config):
        with in_words(repo):
            if not api.repo_exists(repo):
                remedy = f"python -m train push-all FOLDER --namespace {config.namespace()} puts models there"
                raise HubError(f"The Hub shows no {repo} to this token: {remedy}")
            found.append(api.model_info(repo, revision=config.revision()).private)
    return any(found)


def _listed(config: SpaceConfig, files: dict[str, bytes]) -> str:
    lines = [f"  {name:<48}{size_in_words(len(data)):>10}" for name, data in files.items()]
    total = f"  {f'{len(files)} files':<48}{_total(files):>10}"
    return "\n".join([f"{_place(config)} would get", *lines, total, f"and {VARIABLE}={_shown(config)}"])


def _total(files: dict[str, bytes]) -> str:
    return size_in_words(sum(len(data) for data in files.values()))


def _shown(config: SpaceConfig) -> str:
    return config.models or "bundled"


def _place(config: SpaceConfig) -> str:
    return f"{HfApi().endpoint}/spaces/{config.repo}"
