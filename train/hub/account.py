"""Check that the current token may write to a repository."""

from typing import Any, Literal

from huggingface_hub import HfApi
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

from train.errors import UserError
from train.hub.errors import HubError, address, hub_errors, tokens_page

Kind = Literal["model", "space"]
Sdk = Literal["gradio", "static"]  # of a Space


def require_name(repo: str) -> None:
    """Raise UserError if `repo` is not of the form NAMESPACE/NAME."""
    try:
        validate_repo_id(repo)
        valid = repo.count("/") == 1
    except HFValidationError:
        valid = False
    if not valid:
        raise UserError(
            f"{repo!r} is no repository of the Hub: write NAMESPACE/NAME, both of letters, digits, '-', '_' and '.'"
        )


def require_namespace(namespace: str) -> None:
    """Raise UserError if no user or organisation can have this name."""
    if "/" in namespace:
        raise UserError(f"{namespace!r} is no namespace of the Hub: write the name of a user or an organisation")
    require_name(f"{namespace}/name")


def require_writer(repo: str, kind: Kind = "model") -> None:
    """Raise HubError if the current token may not write to `repo`, or may not create it. Changes nothing."""
    api = HfApi()
    with hub_errors(repo):
        if api.repo_exists(repo, repo_type=kind):
            api.auth_check(repo, repo_type=kind, write=True)
        else:
            _require_creator(api.whoami(), repo)


def create_repository(api: HfApi, repo: str, *, private: bool, kind: Kind = "model", sdk: Sdk = "gradio") -> None:
    """Create `repo` if it is missing. Raises HubError if it shall be private and exists as a public one."""
    with hub_errors(repo):
        api.create_repo(
            repo,
            private=private or None,
            repo_type=kind,
            space_sdk=sdk if kind == "space" else None,
            exist_ok=True,
        )
        if private and not api.repo_info(repo, repo_type=kind).private:  # create_repo ignores `private` then
            page = address(f"spaces/{repo}" if kind == "space" else repo)
            raise HubError(f"{repo} is public already: make it private at {page}/settings")


def _require_creator(account: dict[str, Any], repo: str) -> None:
    """Raise HubError if the account may not create `repo`; the Hub itself can only be asked about existing ones."""
    namespace = repo.partition("/")[0]
    token = account.get("auth", {}).get("accessToken", {})
    roles = {organisation["name"]: organisation.get("roleInOrg") for organisation in account.get("orgs", [])}
    if namespace != account["name"] and namespace not in roles:
        yours = ", ".join([account["name"], *roles])
        raise HubError(f"The namespace {namespace} is not yours: this token is for {yours}")
    if roles.get(namespace) == "read":
        raise HubError(f"{account['name']} may only read in {namespace}: ask its owner for the role write")
    if token.get("role") == "read" or _lacks_write_scope(token, repo):
        raise HubError(
            f"This token may not write to {namespace}: make one that may at {tokens_page()}, then run hf auth login"
        )


def _lacks_write_scope(token: dict[str, Any], repo: str) -> bool:
    """Return whether a fine-grained token lists its scopes without write access to `repo` or its namespace."""
    scopes = token.get("fineGrained", {}).get("scoped")
    names = {repo, repo.partition("/")[0]}
    if scopes is None:
        return False
    own = [scope for scope in scopes if scope.get("entity", {}).get("name") in names]
    return not any("repo.write" in scope.get("permissions", []) for scope in own)
