"""Who pushes: whether the token may write where it is asked to."""

from typing import Any, Literal

from huggingface_hub import HfApi
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

from train.hub.errors import HubError, address, in_words, tokens

Kind = Literal["model", "space"]


def require_name(repo: str) -> None:
    """Raise ValueError where `repo` is no NAMESPACE/NAME."""
    try:
        validate_repo_id(repo)
        fits = repo.count("/") == 1
    except HFValidationError:
        fits = False
    if not fits:
        raise ValueError(
            f"{repo!r} is no repository of the Hub: write NAMESPACE/NAME, both of letters, digits, '-', '_' and '.'"
        )


def require_namespace(namespace: str) -> None:
    """Raise ValueError where there can be no such namespace."""
    if "/" in namespace:
        raise ValueError(f"{namespace!r} is no namespace of the Hub: write a user's name or an organisation's")
    require_name(f"{namespace}/name")


def require_writer(repo: str) -> None:
    """Raise HubError unless the token may write to `repo`, as far as the Hub tells of it. Nothing is changed."""
    namespace = repo.partition("/")[0]
    with in_words(repo):
        me = HfApi().whoami()
    token = me.get("auth", {}).get("accessToken", {})
    organisations = {entry["name"]: entry.get("roleInOrg") for entry in me.get("orgs", [])}
    if namespace != me["name"] and namespace not in organisations:
        yours = ", ".join([me["name"], *organisations])
        raise HubError(f"The namespace {namespace} is not yours: this token is for {yours}")
    if organisations.get(namespace) == "read":
        raise HubError(f"{me['name']} may only read in {namespace}: ask its owner for the role write")
    if token.get("role") == "read" or _is_kept_out(token, repo):
        raise HubError(
            f"This token may not write to {namespace}: make one that may at {tokens()}, then run hf auth login"
        )


def make_repository(api: HfApi, repo: str, *, private: bool, kind: Kind = "model") -> None:
    """Make `repo` where it is missing. Raises HubError where it is to be private and is public already."""
    with in_words(repo):
        api.create_repo(
            repo,
            private=private or None,
            repo_type=kind,
            space_sdk="gradio" if kind == "space" else None,
            exist_ok=True,
        )
        if private and not api.repo_info(repo, repo_type=kind).private:  # the Hub says nothing of it
            place = address(f"spaces/{repo}" if kind == "space" else repo)
            raise HubError(f"{repo} is public already: make it private at {place}/settings")


def _is_kept_out(token: dict[str, Any], repo: str) -> bool:
    """Whether a fine-grained token lists what it may do, and writing there is not among it."""
    scopes = token.get("fineGrained", {}).get("scoped")
    places = {repo, repo.partition("/")[0]}
    return scopes is not None and not any(
        scope.get("entity", {}).get("name") in places and "repo.write" in scope.get("permissions", [])
        for scope in scopes
    )
