"""What went wrong with a model, as one plain sentence without its full stop: no addresses, no tokens, no traces."""

import json

import httpx2
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from safetensors import SafetensorError

from vae_models.hub.watchdog import PATIENCE, GivenUpError

LONGEST = 200  # characters of somebody else's words


class RefusedError(ValueError):
    """What came is no model for us; the message is the reason."""


def reason(error: BaseException) -> str:
    """The sentence for an error of a download or of loading."""
    if isinstance(error, HfHubHTTPError):  # before httpx's: it is one of those
        return _answer(error)
    if isinstance(error.__cause__, httpx2.HTTPError | OfflineModeIsEnabled):  # huggingface_hub's own are around them
        return reason(error.__cause__)
    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set, so the Hub was not asked"
    if isinstance(error, GivenUpError | httpx2.TimeoutException):
        return f"nothing came from the Hub for {PATIENCE:g} seconds"
    if isinstance(error, httpx2.ConnectError | httpx2.ProxyError | httpx2.UnsupportedProtocol):
        return f"the Hub cannot be reached ({_short(error)})"
    if isinstance(error, httpx2.HTTPError):
        return "the connection to the Hub broke off"
    return _loading(error)


def busy(error: HfHubHTTPError) -> float | None:
    """Seconds after which the Hub may be asked again; None where that is no use."""
    code = error.response.status_code
    return (retry_after(error.response) or 1.0) if code == 429 or code >= 500 else None


def retry_after(response: httpx2.Response) -> float | None:
    """The seconds that an answer asks to wait, if it does."""
    wish = response.headers.get("Retry-After", "")
    return float(wish) if wish.isdecimal() else None


def status(code: int, wait: float | None) -> str:
    """The sentence for a status that has no error of its own."""
    if code == 429:
        return (
            f"the Hub asks to wait {wait:g} seconds (429): it was asked too often" if wait else "the Hub is busy (429)"
        )
    if code == 401:
        return "the Hub does not accept the token of this environment (401): renew it with hf auth login"
    if code == 403:
        return "the token of this environment may not read it (403)"
    return f"the Hub has trouble of its own ({code})" if code >= 500 else f"the Hub answered with status {code}"


def _answer(error: HfHubHTTPError) -> str:
    code = error.response.status_code
    if isinstance(error, GatedRepoError):  # before the next: it is one of those
        return f"it is gated ({code}): ask for access on its page on the Hub, then run hf auth login"
    if isinstance(error, RepositoryNotFoundError):
        return f"there is no such model on the Hub, or the token of this environment may not see it ({code})"
    if isinstance(error, RevisionNotFoundError):
        return "it has no such revision"
    if isinstance(error, EntryNotFoundError):
        return "a file that it lists is not there (404)"
    return status(code, retry_after(error.response))


def _loading(error: BaseException) -> str:
    if isinstance(error, json.JSONDecodeError | KeyError):  # what is read from files has a ValueError of its own
        return "what answered for the Hub is no Hub"
    if isinstance(error, SafetensorError):
        return f"its weights are damaged ({_short(error)})"
    if isinstance(error, RuntimeError) and "loading state_dict" in str(error):
        return "its weights do not fit its config.json"
    if isinstance(error, OSError) and error.strerror:
        return f"its files could not be kept or read ({error.strerror})"
    if isinstance(error, ValueError | OSError) and str(error):
        return str(error).splitlines()[0]
    return f"it cannot be loaded ({type(error).__name__}: {_short(error)})"


def _short(error: BaseException) -> str:
    said = str(error).splitlines()
    return said[0][:LONGEST] if said and said[0] else type(error).__name__
