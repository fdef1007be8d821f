"""Accounts and their tokens: who may read and write what."""

from typing import Any, NamedTuple

from tests.fake_hub.repositories import Repository
from tests.fake_hub.responses import RefusedError

WRITE = "hf_write0000000000000000000000000000000"
READ = "hf_read00000000000000000000000000000000"


class Account(NamedTuple):
    """A user with a token."""

    name: str
    role: str = "write"  # of the token: read, write or fineGrained
    organisations: tuple[str, ...] = ()

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Namespaces that the account belongs to."""
        return (self.name, *self.organisations)


ACCOUNTS: dict[str, Account] = {  # by token
    WRITE: Account("lab", "write", ("lab-org",)),
    READ: Account("lab", "read", ("lab-org",)),
}


def authenticate(authorization: str | None) -> Account | None:
    """Return the account of a request; None without a token. Raises RefusedError for an unknown token."""
    if authorization is None:
        return None
    account = ACCOUNTS.get(authorization.removeprefix("Bearer "))
    if account is None:
        raise RefusedError(401, "Invalid credentials in Authorization header")
    return account


def whoami(account: Account | None) -> dict[str, Any]:
    """Return the answer of /api/whoami-v2."""
    if account is None:
        raise RefusedError(401, "Invalid username or password.")
    return {
        "type": "user",
        "id": "0" * 24,
        "name": account.name,
        "fullname": account.name.title(),
        "isPro": False,
        "orgs": [
            {"type": "org", "id": "1" * 24, "name": name, "fullname": name, "roleInOrg": "write"}
            for name in account.organisations
        ],
        "auth": {"type": "access_token", "accessToken": {"displayName": "tests", "role": account.role}},
    }


def require_writer(account: Account | None, namespace: str, action: str) -> Account:
    """Return the account if it may write to `namespace`, else raise RefusedError."""
    if account is None:
        raise RefusedError(401, "Invalid username or password.")
    if namespace not in account.namespaces:
        raise RefusedError(403, f'You don\'t have the rights to {action} under the namespace "{namespace}"')
    if account.role != "write":
        raise RefusedError(403, f"Forbidden: you must use a write token to {action}.")
    return account


def require_reader(account: Account | None, repository: Repository | None) -> Repository:
    """Return the repository if the account may see it. Raises RefusedError: a hidden one looks like a missing one."""
    if repository is None or not may_see(account, repository):
        if account is None:
            raise RefusedError(401, "Invalid username or password.", "RepoNotFound")
        raise RefusedError(404, "Repository not found", "RepoNotFound")
    return repository


def may_see(account: Account | None, repository: Repository) -> bool:
    """Return whether the repository is public, or private and in one of the account's namespaces."""
    return not repository.private or (account is not None and repository.namespace in account.namespaces)


def require_access(account: Account | None, repository: Repository) -> None:
    """Raise RefusedError if the repository is gated and its files are not for this account."""
    if not repository.gated or (account is not None and repository.namespace in account.namespaces):
        return
    message = f"Access to model {repository.name} is restricted"
    if account is None:
        text = f"{message}. You must have access to it and be authenticated to access it."
        raise RefusedError(401, text, "GatedRepo")
    raise RefusedError(403, f"{message} and you are not in the authorized list.", "GatedRepo")
