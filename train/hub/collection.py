"""`push-all`: every finished model of a folder, each in its own repository, and the collection that groups them."""

from pathlib import Path

from huggingface_hub import HfApi

from train.commands.push_all_config import PushAllConfig
from train.hub import push, pushing
from train.hub.account import require_writer
from train.hub.errors import HubError, in_words
from train.hub.push import Parcel, Target
from train.run.signals import Interrupted
from vae_models.autoencoder import WEIGHTS
from vae_models.files.training_record import RECORD

COLLECTION = "VAE Faces"
ABOUT = "Four autoencoders, one question: what does β do to a face? AE, VAE, β-VAE and β-TCVAE on CelebA, 64×64."


def run(config: PushAllConfig) -> str:
    """Push; a line for each model and one for the collection.

    Raises FileNotFoundError where there is no finished model, ValueError where one does not load (nothing is sent
    then), HubError or Interrupted, which say how to continue.
    """
    work = parcels(config)
    if config.dry_run:
        return "\n".join(pushing.listed(parcel, target) for parcel, target in work)
    again = f"python -m train push-all {config.folder} --namespace {config.namespace} with the same options continues"
    try:
        require_writer(work[0][1].repo)
        lines = [pushing.said(parcel, target, push.push(parcel, target)) for parcel, target in work]
        lines.append(gathered(config.namespace, [target.repo for _, target in work], private=config.private))
    except HubError as error:
        raise HubError(f"{error}. {config.folder} is whole: {again}") from error
    except KeyboardInterrupt:
        raise Interrupted(f"stopped while pushing. {config.folder} is whole: {again}") from None
    return "\n".join(lines)


def parcels(config: PushAllConfig) -> list[tuple[Parcel, Target]]:
    """What would be pushed where, in the order of the page's columns."""
    if not config.folder.is_dir():
        raise FileNotFoundError(f"There is no folder {config.folder}: push-all takes a folder of finished models")
    folders = [f for f in sorted(config.folder.iterdir()) if (f / WEIGHTS).is_file() and (f / RECORD).is_file()]
    if not folders:
        raise FileNotFoundError(f"No folder in {config.folder} holds a finished model ({WEIGHTS} and {RECORD})")
    targets = [Target(repository(config.namespace, folder), config.private, config.revision) for folder in folders]
    return sorted(((push.pack(folder, t), t) for folder, t in zip(folders, targets, strict=True)), key=_place)


def repository(namespace: str, folder: Path) -> str:
    """Where push-all puts a model, and where the page looks for it with --models hub:NAMESPACE."""
    return f"{namespace}/{folder.resolve().name}-celeba64"


def gathered(namespace: str, repos: list[str], *, private: bool) -> str:
    """Put the repositories into the namespace's collection, made where it is missing; where to look at it."""
    api = HfApi()
    with in_words(f"{namespace}'s collection"):
        mine = {found.title: found.slug for found in api.list_collections(owner=namespace)}
        slug = mine.get(COLLECTION)
        if slug is None:
            made = api.create_collection(
                COLLECTION, namespace=namespace, description=ABOUT, private=private, exists_ok=True
            )
            slug = made.slug
        for repo in repos:
            api.add_collection_item(slug, repo, "model", exists_ok=True)
    return f"{api.endpoint}/collections/{slug} groups them"


def _place(work: tuple[Parcel, Target]) -> tuple[int, float, str]:
    return *work[0].record.sort_key, work[1].repo
