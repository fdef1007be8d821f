"""Push a finished model to the Hub in one commit, or in none if nothing has changed; report it on the console."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from huggingface_hub import CommitOperation, CommitOperationAdd, CommitOperationDelete, HfApi

from train import model_folder
from train.errors import as_user_error
from train.hub.account import create_repository, require_writer
from train.hub.errors import HubError, address, hub_errors
from train.model_card import card
from train.run.signals import Interrupted
from vae_models.files.names import CARD, CONFIG, DECODER, DENSITIES, ENCODER, FILM, LATENTS, RECORD, SAMPLES, WEIGHTS
from vae_models.files.training_record import TrainingRecord

# Nothing else is pushed: no checkpoints, no caches, no images but samples of the prior.
FILES = (CONFIG, WEIGHTS, RECORD, DECODER, ENCODER, LATENTS, DENSITIES, SAMPLES, FILM)


@dataclass(frozen=True)
class Target:
    """Repository that a model is pushed to."""

    repo: str  # NAMESPACE/NAME
    private: bool = False
    revision: str | None = None  # a branch, created if it is missing; None: the main one

    @property
    def page(self) -> str:
        """Address at which to see it."""
        return address(self.repo) + (f"/tree/{self.revision}" if self.revision else "")


class UploadPlan(NamedTuple):
    """A model folder, its target, and the files to upload."""

    folder: Path
    target: Target
    record: TrainingRecord
    files: tuple[str, ...]  # of the folder
    card: bytes

    def sizes(self) -> dict[str, int]:
        """Return bytes by name; the card is last."""
        return {**{name: (self.folder / name).stat().st_size for name in self.files}, CARD: len(self.card)}


class Upload(NamedTuple):
    """Result of a push."""

    commit: str
    is_new: bool  # False: the repository had all files already


def plan_upload(folder: Path, target: Target) -> UploadPlan:
    """Plan the upload of a finished model. Raises UserError if there is none, or it is damaged."""
    model_folder.require_finished(folder, "push")
    config = model_folder.load_any(folder).config
    with as_user_error(ValueError):
        record = TrainingRecord.read(folder)
    files = tuple(name for name in FILES if (folder / name).is_file())
    location = card.Location(target.repo, target.revision)
    return UploadPlan(folder, target, record, files, card.render(location, config, record, files).encode())


def push(plan: UploadPlan) -> Upload:
    """Upload the files of a plan in one commit. Raises HubError; the repository is unchanged then."""
    repo, revision = plan.target.repo, plan.target.revision
    require_writer(repo)
    api = HfApi()
    create_repository(api, repo, private=plan.target.private)
    with hub_errors(repo):
        if revision:
            api.create_branch(repo, branch=revision, exist_ok=True)
        before = api.model_info(repo, revision=revision).sha
        present = api.list_repo_files(repo, revision=revision)
        commit = api.create_commit(
            repo,
            _operations(plan, present),
            commit_message=f"{plan.record.recipe}, {plan.record.steps:,} steps",
            revision=revision,
        )
    return Upload(commit.oid, commit.oid != before)


def push_and_report(plan: UploadPlan) -> str:
    """Push, and return a line about the result. Raises HubError or Interrupted, with the command to try again."""
    try:
        return report(plan, push(plan))
    except HubError as error:
        raise HubError(f"{error}. {_retry_hint(plan)}") from error
    except KeyboardInterrupt:
        raise Interrupted(f"stopped while pushing. {_retry_hint(plan)}") from None


def describe_plan(plan: UploadPlan) -> str:
    """List the files to upload, and the entries of the folder that are not uploaded."""
    sizes = plan.sizes()
    rest = sorted(entry.name for entry in plan.folder.iterdir() if entry.name not in sizes)
    return "\n".join(
        [
            f"{plan.target.page} would get",
            *(f"  {name:<20}{format_size(size):>10}" for name, size in sizes.items()),
            f"  {f'{len(sizes)} files':<20}{format_size(sum(sizes.values())):>10}",
            f"Not uploaded from {plan.folder}: {', '.join(rest) or 'nothing'}",
        ]
    )


def report(plan: UploadPlan, upload: Upload) -> str:
    """Return a line about a push."""
    if not upload.is_new:
        return f"{plan.target.page} already has all files of {plan.folder}: no new commit"
    sizes = plan.sizes()
    total = format_size(sum(sizes.values()))
    return f"{plan.target.page}: {len(sizes)} files, {total}, commit {upload.commit[:8]}"


def format_size(count: int) -> str:
    """Format a number of bytes for people."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.2f} MB"


def _retry_hint(plan: UploadPlan) -> str:
    target = plan.target
    options = " --private" if target.private else ""
    options += f" --revision {target.revision}" if target.revision else ""
    return f"{plan.folder} is unchanged; try again: python -m train push {plan.folder} --repo {target.repo}{options}"


def _operations(plan: UploadPlan, present: Iterable[str]) -> list[CommitOperation]:
    """Add the files of the plan; delete those that belong to earlier weights, such as their ONNX files."""
    outdated = sorted(set(present) & set(FILES) - set(plan.files))
    return [
        *(CommitOperationAdd(name, str(plan.folder / name)) for name in plan.files),
        CommitOperationAdd(CARD, plan.card),
        *(CommitOperationDelete(name) for name in outdated),
    ]
