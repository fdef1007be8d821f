"""What goes wrong between the trainer and the Hub, as one sentence that says what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub import constants, get_session
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

# of the HTTP library that this version of the client has: the client passes such errors on as they are
from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # isort: skip

PATIENCE = 30.0  # seconds for an answer; the client itself would wait for ever


class HubError(OSError):
    """The Hub was asked for something, and it did not happen; the message is one sentence for whoever asked."""


@contextmanager
def in_words(repo: str) -> Iterator[None]:
    """Calls of the Hub's client go in here: what they raise comes out as HubError. `repo` is what they are about."""
    get_session().timeout = PATIENCE
    try:
        yield
    except HubError:
        raise
    except (HTTPError, OSError, RuntimeError, ValueError) as error:
        raise HubError(sentence(error, repo)) from error


def sentence(error: BaseException, repo: str) -> str:
    """The fact and the mend."""
    if isinstance(error, RuntimeError) and error.__cause__:  # an upload's, around what happened
        return sentence(error.__cause__, repo)
    if isinstance(error, LocalTokenNotFoundError):
        return f"There is no token for the Hub: make one that may write at {tokens()}, then run hf auth login"
    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set, so the Hub is not asked: unset it"
    if isinstance(error, GatedRepoError):
        return f"{repo} is gated, and this token's account has no access to it: ask for it at {address(repo)}"
    if isinstance(error, RepositoryNotFoundError):
        return f"The Hub shows no {repo} to this token: check its name, and what the token may do at {tokens()}"
    if isinstance(error, HfHubHTTPError):
        return _refused(error, repo)
    if isinstance(error, HTTPError):
        return f"The Hub at {constants.ENDPOINT} does not answer ({type(error).__name__}): try again later"
    return " ".join(str(error).split())


def _refused(error: HfHubHTTPError, repo: str) -> str:
    status, said = error.response.status_code, error.server_message or error.response.reason_phrase
    if status == 401:
        return f"The Hub does not know this token: make a new one at {tokens()}, then run hf auth login"
    if status == 403:
        return f"This token may not write to {repo} ({said}): give it the right to at {tokens()}"
    if status == 429:
        wait = error.response.headers.get("Retry-After")
        return f"The Hub asks for fewer requests: try again {f'in {wait} s' if wait else 'later'}"
    if status >= 500:
        return f"The Hub has a fault of its own ({status}): try again later"
    return f"The Hub refuses {repo} ({status}): {said}"


def tokens() -> str:
    """Where tokens are made."""
    return f"{constants.ENDPOINT}/settings/tokens"


def address(repo: str) -> str:
    """Where a repository is looked at."""
    return f"{constants.ENDPOINT}/{repo}"
