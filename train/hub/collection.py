"""Push all finished models of a folder, each into its own repository, and group them in a collection."""

from pathlib import Path

from huggingface_hub import HfApi, hf_hub_download

from train.errors import UserError, as_user_error
from train.hub.account import require_writer
from train.hub.errors import HubError, hub_errors
from train.hub.push import Target, UploadPlan, plan_upload, push, report
from train.model_card.terms import data_name
from train.run.signals import Interrupted
from vae_models.files.names import RECORD, WEIGHTS
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.source import Namespace

TITLE = "VAE Faces"
DESCRIPTION = "Four autoencoders, one question: what does β do to a face? AE, VAE, β-VAE and β-TCVAE on 64×64 images."


def plan_uploads(folder: Path, namespace: str, *, private: bool, revision: str | None) -> list[UploadPlan]:
    """Plan the upload of each model of a folder, in the order of the page's columns.

    A model goes to NAMESPACE/FOLDER-DATA64, the name of its folder and of its training data. Raises UserError if there
    is no finished model, or one is damaged.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}: push-all takes a folder of finished models")
    folders = [each for each in sorted(folder.iterdir()) if (each / WEIGHTS).is_file() and (each / RECORD).is_file()]
    if not folders:
        raise UserError(f"No folder in {folder} holds a finished model ({WEIGHTS} and {RECORD})")
    plans = []
    for each in folders:
        with as_user_error(ValueError):
            data = data_name(TrainingRecord.read(each))
        repo = Namespace(namespace).repository(each.resolve().name, data)
        plans.append(plan_upload(each, Target(repo, private, revision)))
    return sorted(plans, key=lambda plan: (*plan.record.sort_key, plan.target.repo))


def push_all(plans: list[UploadPlan]) -> str:
    """Push the models, and return a line about each and one about the collection.

    Raises HubError, before anything is sent if a repository holds a model of other data, or Interrupted.
    """
    folder, target = plans[0].folder.parent, plans[0].target
    namespace = target.repo.partition("/")[0]
    retry = f"{folder} is unchanged; try again: python -m train push-all {folder} --namespace {namespace}"
    retry += " --private" if target.private else ""
    retry += f" --revision {target.revision}" if target.revision else ""
    try:
        require_writer(target.repo)
        for plan in plans:
            _require_same_data(plan)
        lines = [report(plan, push(plan)) for plan in plans]
        lines.append(group([plan.target.repo for plan in plans], private=target.private))
    except HubError as error:
        raise HubError(f"{error}. {retry}") from error
    except KeyboardInterrupt:
        raise Interrupted(f"stopped while pushing. {retry}") from None
    return "\n".join(lines)


def group(repos: list[str], *, private: bool) -> str:
    """Add repositories to the namespace's collection, created if it is missing; return a line with its address."""
    api, namespace = HfApi(), repos[0].partition("/")[0]
    with hub_errors(f"{namespace}'s collection"):
        slugs = {collection.title: collection.slug for collection in api.list_collections(owner=namespace)}
        if TITLE not in slugs:
            slugs[TITLE] = api.create_collection(
                TITLE, namespace=namespace, description=DESCRIPTION, private=private, exists_ok=True
            ).slug
        for repo in repos:
            api.add_collection_item(slugs[TITLE], repo, "model", exists_ok=True)
    return f"{api.endpoint}/collections/{slugs[TITLE]} groups them"


def _require_same_data(plan: UploadPlan) -> None:
    """Raise HubError if the repository holds a model that was trained on other data."""
    repo, data = plan.target.repo, data_name(plan.record)
    with hub_errors(repo):
        if not HfApi().file_exists(repo, RECORD, revision=plan.target.revision):
            return
        file = hf_hub_download(repo, RECORD, revision=plan.target.revision)
        present = data_name(TrainingRecord.read(Path(file).parent))
    if present != data:
        raise HubError(f"{repo} holds a model of {present}, which {plan.folder}, a model of {data}, would replace")
