"""Errors of downloads, uploads and of loading models, as plain sentences: no addresses, no tokens, no tracebacks.

A sentence has no full stop, and its "it" is the repository that the caller names.
"""

import json

from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from safetensors import SafetensorError

from vae_models.hub import watchdog

MAX_LENGTH = 200  # characters of a message that is not ours

BY_TYPE: tuple[tuple[type[Exception], str], ...] = (  # subclasses before their base classes
    (GatedRepoError, "it is gated ({status}): ask for access on its page on the Hub, then run hf auth login"),
    (
        RepositoryNotFoundError,
        "there is no such repository on the Hub, or the token of this environment may not see it ({status})",
    ),
    (RevisionNotFoundError, "it has no such revision"),
    (EntryNotFoundError, "a file that it lists is not there (404)"),
    (LocalTokenNotFoundError, "there is no token for the Hub: run hf auth login"),
    (OfflineModeIsEnabled, "HF_HUB_OFFLINE is set, so the Hub was not asked"),
)
BY_STATUS: dict[int, str] = {
    401: "the Hub does not accept the token of this environment, or there is none (401): run hf auth login",
    403: "the token of this environment may not {action} it (403{message})",
}
# by text: messages of the HTTP library about the proxies that environment variables name
BY_PROXY: dict[str, str] = {
    "Using SOCKS proxy": "the proxy of this environment (ALL_PROXY) needs one more package: pip install socksio",
    "Unknown scheme for proxy URL": "the proxy of this environment (ALL_PROXY) has an unknown scheme: write http://, "
    "https:// or socks5://",
}
# by name: they come from the HTTP library that huggingface_hub uses, which is another one in each major version
BY_NAME: dict[str, str] = {
    "TimeoutException": "nothing came from the Hub for {patience:g} seconds",
    "ConnectError": "the Hub cannot be reached ({text})",
    "ProxyError": "the Hub cannot be reached ({text})",
    "UnsupportedProtocol": "the Hub cannot be reached ({text})",
    "HTTPError": "the connection to the Hub broke off",  # the base class of the others
}


class RefusedError(ValueError):
    """Files that are no model of ours, or damaged; the message is the reason."""


def explain(error: BaseException, *, writing: bool = False, patience: float | None = None) -> str | None:
    """Explain an error of huggingface_hub, with a suggested fix; return None for other errors.

    `writing` adds the Hub's own message and says what a token may not do. `patience` is the timeout of the request in
    seconds, by default that of downloads.
    """
    cause = error.__cause__
    is_wrapper = isinstance(error, RuntimeError | OSError) and not isinstance(error, HfHubHTTPError)
    if cause is not None and is_wrapper and explain(cause) is not None:
        return explain(cause, writing=writing, patience=patience)  # the client wraps some errors in its own
    for words, sentence in BY_PROXY.items():
        if isinstance(error, ImportError | ValueError) and words in str(error):
            return sentence
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
    for kind, sentence in BY_TYPE:
        if isinstance(error, kind):
            return sentence.format(status=status)
    if isinstance(error, HfHubHTTPError):
        return _explain_status(error, writing=writing)
    patience = watchdog.PATIENCE if patience is None else patience
    if isinstance(error, watchdog.GivenUpError):
        return BY_NAME["TimeoutException"].format(patience=patience)
    for name in (kind.__name__ for kind in type(error).__mro__):
        if name in BY_NAME:
            return BY_NAME[name].format(patience=patience, text=shorten(error))
    return None


def reason(error: BaseException) -> str:
    """Explain why a model could not be downloaded or loaded."""
    explanation = explain(error)
    if explanation is not None:
        return explanation
    if isinstance(error, json.JSONDecodeError | KeyError):  # our own files raise a plain ValueError
        return "the answer did not come from a Hub"
    if isinstance(error, SafetensorError):
        return f"its weights are damaged ({shorten(error)})"
    if isinstance(error, RuntimeError) and "loading state_dict" in str(error):
        return "its weights do not fit its config.json"
    if isinstance(error, OSError) and error.strerror:
        return f"its files could not be stored or read ({error.strerror})"
    if isinstance(error, ValueError | OSError) and str(error):
        return str(error).splitlines()[0]
    return f"it cannot be loaded ({type(error).__name__}: {shorten(error)})"


def is_broken_connection(error: BaseException) -> bool:
    """Return whether the connection to the Hub broke off in the middle of an answer."""
    return explain(error) == BY_NAME["HTTPError"]


def seconds_to_wait(error: HfHubHTTPError) -> float | None:
    """Return the seconds after which a busy Hub may be asked again; None if the error is not about that."""
    code = error.response.status_code
    return (_retry_after(error) or 1.0) if code == 429 or code >= 500 else None


def shorten(error: BaseException) -> str:
    """Return the first line of an error's message, or the error's type if there is none."""
    lines = str(error).splitlines()
    return lines[0][:MAX_LENGTH] if lines and lines[0] else type(error).__name__


def _explain_status(error: HfHubHTTPError, *, writing: bool) -> str:
    code = error.response.status_code
    text = (error.server_message or error.response.reason_phrase) if writing else ""
    message = f": {' '.join(text.split())[:MAX_LENGTH]}" if text else ""
    if code == 429:
        wait = _retry_after(error)
        return (
            f"the Hub asks to wait {wait:g} seconds (429): it was asked too often" if wait else "the Hub is busy (429)"
        )
    if code in BY_STATUS:
        return BY_STATUS[code].format(action="write to" if writing else "read", message=message)
    return (
        f"the Hub has a fault of its own ({code})" if code >= 500 else f"the Hub answered with status {code}{message}"
    )


def _retry_after(error: HfHubHTTPError) -> float | None:
    seconds = error.response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else None
