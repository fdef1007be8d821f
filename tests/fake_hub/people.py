"""Who may do what: tokens and the people behind them."""

from typing import Any, NamedTuple

from tests.fake_hub.answers import RefusedError
from tests.fake_hub.repositories import Repository

WRITE = "hf_write0000000000000000000000000000000"
READ = "hf_read00000000000000000000000000000000"


class Person(NamedTuple):
    """Somebody with a token."""

    name: str
    role: str = "write"  # of the token: read or write
    organisations: tuple[str, ...] = ()

    @property
    def namespaces(self) -> tuple[str, ...]:
        return (self.name, *self.organisations)


PEOPLE: dict[str, Person] = {
    WRITE: Person("lab", "write", ("lab-org",)),
    READ: Person("lab", "read", ("lab-org",)),
}


def known(authorization: str | None) -> Person | None:
    """Who asks; None for somebody without a token. Raises RefusedError for a token that nobody has."""
    if authorization is None:
        return None
    person = PEOPLE.get(authorization.removeprefix("Bearer "))
    if person is None:
        raise RefusedError(401, "Invalid credentials in Authorization header")
    return person


def who(person: Person | None) -> dict[str, Any]:
    """The answer to whoami-v2."""
    if person is None:
        raise RefusedError(401, "Invalid username or password.")
    return {
        "type": "user",
        "id": "0" * 24,
        "name": person.name,
        "fullname": person.name.title(),
        "isPro": False,
        "orgs": [
            {"type": "org", "id": "1" * 24, "name": name, "fullname": name, "roleInOrg": "write"}
            for name in person.organisations
        ],
        "auth": {"type": "access_token", "accessToken": {"displayName": "tests", "role": person.role}},
    }


def require_writer(person: Person | None, namespace: str, deed: str) -> Person:
    """Whoever may write to `namespace`. Raises RefusedError for all others."""
    if person is None:
        raise RefusedError(401, "Invalid username or password.")
    if namespace not in person.namespaces:
        raise RefusedError(403, f'You don\'t have the rights to {deed} under the namespace "{namespace}"')
    if person.role != "write":
        raise RefusedError(403, f"Forbidden: you must use a write token to {deed}.")
    return person


def require_reader(person: Person | None, repository: Repository | None) -> Repository:
    """The repository, if it is there for this person: one that may not be seen looks like none."""
    hidden = (
        repository is not None
        and repository.private
        and (person is None or repository.namespace not in person.namespaces)
    )
    if repository is None or hidden:
        if person is None:
            raise RefusedError(401, "Invalid username or password.", "RepoNotFound")
        raise RefusedError(404, "Repository not found", "RepoNotFound")
    return repository


def require_access(person: Person | None, repository: Repository) -> None:
    """Raises RefusedError where the files of a gated repository are not for this person."""
    if not repository.gated or (person is not None and repository.namespace in person.namespaces):
        return
    told = f"Access to model {repository.name} is restricted"
    if person is None:
        raise RefusedError(401, f"{told}. You must have access to it and be authenticated to access it.", "GatedRepo")
    raise RefusedError(403, f"{told} and you are not in the authorized list.", "GatedRepo")
