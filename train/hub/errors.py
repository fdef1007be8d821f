"""Errors of uploads, as one sentence that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub import constants, get_session
from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # of the client's HTTP library

from train.errors import UserError
from vae_models.hub.errors import MAX_LENGTH, explain

TIMEOUT = 30.0  # seconds to wait for an answer; the client itself would wait for ever


class HubError(UserError):
    """The Hub did not do what it was asked to; the message is one sentence."""


@contextmanager
def hub_errors(repo: str) -> Iterator[None]:
    """Turn huggingface_hub's exceptions into one-line HubErrors about `repo`."""
    try:
        get_session().timeout = TIMEOUT
        yield
    except HubError:
        raise
    except (HTTPError, ImportError, OSError, RuntimeError, ValueError) as error:
        reason = explain(error, writing=True, patience=TIMEOUT) or " ".join(str(error).split())[:MAX_LENGTH]
        raise HubError(f"{repo}: {reason}") from error


def address(repo: str) -> str:
    """Return the page of a repository."""
    return f"{constants.ENDPOINT}/{repo}"


def tokens_page() -> str:
    """Return the page on which users create tokens."""
    return f"{constants.ENDPOINT}/settings/tokens"
