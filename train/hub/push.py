"""Pushing: what of a finished run goes to the Hub, and how: in one commit, or none where nothing has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from huggingface_hub import CommitOperation, CommitOperationAdd, CommitOperationDelete, HfApi

from train.finished import CONFIG, load_finished, require_finished
from train.hub.account import make_repository, require_writer
from train.hub.errors import in_words
from train.model_card import card
from train.model_card.card import CARD, SAMPLES
from vae_models.autoencoder import WEIGHTS
from vae_models.files.density_file import DENSITIES
from vae_models.files.latent_names import NAMES
from vae_models.files.onnx_files import DECODER, ENCODER
from vae_models.files.training_record import RECORD, TrainingRecord

# and nothing else: no checkpoint, no optimiser's state, no cache, no picture but samples of the prior
FILES = (CONFIG, WEIGHTS, RECORD, DECODER, ENCODER, NAMES, DENSITIES, SAMPLES)


@dataclass(frozen=True)
class Target:
    """Where a run is pushed."""

    repo: str  # NAMESPACE/NAME
    private: bool = False
    revision: str | None = None  # a branch, made where it is missing; None is the main one


class Parcel(NamedTuple):
    """What is pushed of a run."""

    folder: Path
    record: TrainingRecord
    files: tuple[str, ...]  # of the folder
    card: bytes

    def sizes(self) -> dict[str, int]:
        """Bytes by name, the card last."""
        return {**{name: (self.folder / name).stat().st_size for name in self.files}, CARD: len(self.card)}


class Pushed(NamedTuple):
    """What a push came to."""

    commit: str
    new: bool  # False where the repository had all of it already


def pack(folder: Path, target: Target) -> Parcel:
    """What would be pushed of a run; nothing is sent.

    Raises FileNotFoundError where there is no finished model, ValueError where it does not load.
    """
    require_finished(folder, "push")
    config, record = load_finished(folder).config, TrainingRecord.read(folder)
    files = tuple(name for name in FILES if (folder / name).is_file())
    place = card.Place(target.repo, target.revision)
    return Parcel(folder, record, files, card.render(place, config, record, files).encode())


def push(parcel: Parcel, target: Target) -> Pushed:
    """Send a parcel, in one commit. Raises HubError, with the repository as it was."""
    require_writer(target.repo)
    api = HfApi()
    make_repository(api, target.repo, private=target.private)
    with in_words(target.repo):
        if target.revision:
            api.create_branch(target.repo, branch=target.revision, exist_ok=True)
        before = api.model_info(target.repo, revision=target.revision).sha
        there = api.list_repo_files(target.repo, revision=target.revision)
        made = api.create_commit(
            target.repo,
            _operations(parcel, there),
            commit_message=f"{parcel.record.recipe}, {parcel.record.steps:,} steps",
            revision=target.revision,
        )
    return Pushed(made.oid, made.oid != before)


def _operations(parcel: Parcel, there: Iterable[str]) -> list[CommitOperation]:
    """Files to add, and those to remove that belong to other weights: an ONNX file of the run before this one."""
    sent = {name: str(parcel.folder / name) for name in parcel.files}
    gone = sorted(set(there) & set(FILES) - set(parcel.files))
    return [
        *(CommitOperationAdd(name, file) for name, file in sent.items()),
        CommitOperationAdd(CARD, parcel.card),
        *(CommitOperationDelete(name) for name in gone),
    ]
