"""A push without permission fails with one sentence before anything is sent."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.fake_hub import accounts
from tests.fake_hub.accounts import READ, WRITE, Account
from tests.fake_hub.client import connect
from tests.fake_hub.server import Hub
from tests.train.hub.small_run import contents
from train.commands.publish import PushAllConfig, PushConfig
from train.hub import account
from train.hub.errors import HubError

FINE_GRAINED = "hf_fine0000000000000000000000000000000"


class Case(NamedTuple):
    """A push that is refused, and a part of the message."""

    token: str | None
    repo: str
    message: str


CASES = {
    "no token": Case(None, "lab/vae", "there is no token"),
    "unknown token": Case("hf_nobody", "lab/vae", "does not accept the token"),
    "read-only token": Case(READ, "lab/vae", "This token may not write to lab: make one"),
    "foreign namespace": Case(WRITE, "others/vae", "others is not yours: this token is for lab, lab-org"),
    "fine-grained, elsewhere": Case(FINE_GRAINED, "lab-org/vae", "This token may not write to lab-org: make one"),
}


@pytest.fixture
def fine_grained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a token that may write to `lab` only."""
    scopes = [{"entity": {"type": "user", "name": "lab"}, "permissions": ["repo.content.read", "repo.write"]}]
    whoami = accounts.whoami
    limited = Account("lab", "fineGrained", ("lab-org",))

    def answer(asking: Account | None) -> dict[str, Any]:
        facts = whoami(asking)
        if asking is limited:
            facts["auth"]["accessToken"]["fineGrained"] = {"global": [], "scoped": scopes}
        return facts

    monkeypatch.setattr(accounts, "whoami", answer)
    monkeypatch.setitem(accounts.ACCOUNTS, FINE_GRAINED, limited)


@pytest.mark.usefixtures("fine_grained")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_push_without_permission_fails_before_anything_is_sent(
    hub: Hub, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    connect(monkeypatch, hub.url, tmp_path / "home", case.token)
    before = contents(run)
    with pytest.raises(HubError) as caught:
        PushConfig(run, case.repo).run()
    assert case.message in str(caught.value)
    assert str(caught.value).endswith(f"try again: python -m train push {run} --repo {case.repo}")
    assert "\n" not in str(caught.value)
    assert hub.state.repositories == {}
    assert contents(run) == before


@pytest.mark.usefixtures("fine_grained")
def test_a_fine_grained_token_may_write_in_its_scope(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, hub.url, tmp_path / "home", FINE_GRAINED)
    account.require_writer("lab/vae")


def test_a_member_with_the_role_read_may_not_write(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    whoami = accounts.whoami
    role = {"name": "lab-org", "roleInOrg": "read"}
    monkeypatch.setattr(accounts, "whoami", lambda asking: {**whoami(asking), "orgs": [role]})
    with pytest.raises(HubError, match="may only read in lab-org"):
        account.require_writer("lab-org/vae")


def test_the_hub_itself_decides_about_existing_repositories(
    hub: Hub, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for repo in ("lab/vae", "others/vae"):
        hub.add(repo, run)
    account.require_writer("lab/vae")
    assert [request.status for request in hub.asked("GET /api/models/lab/vae/auth-check/write")] == [200]
    assert not hub.asked("whoami")
    with pytest.raises(HubError, match=r"others/vae: the token of this environment may not write to it \(403"):
        account.require_writer("others/vae")
    connect(monkeypatch, hub.url, tmp_path / "home", READ)
    with pytest.raises(HubError, match=r"lab/vae: .* may not write to it \(403: .*write token"):
        account.require_writer("lab/vae")
    connect(monkeypatch, hub.url, tmp_path / "home", None)
    with pytest.raises(HubError, match=r"there is no|there is none"):
        account.require_writer("lab/vae")


@pytest.mark.parametrize("repo", ["vae", "a/b/c", "lab/", "/vae", "lab/va e", "lab/vae.git", "lab/-vae"])
def test_an_invalid_repository_name_is_refused(repo: str) -> None:
    with pytest.raises(ValueError, match="NAMESPACE/NAME"):
        PushConfig(Path(), repo)


def test_an_invalid_namespace_is_refused() -> None:
    with pytest.raises(ValueError, match="no namespace"):
        PushAllConfig(Path(), "lab/vae")
    with pytest.raises(ValueError, match="NAMESPACE/NAME"):
        PushAllConfig(Path(), "")


@pytest.mark.parametrize(
    ("proxy", "message"), [("socks5://127.0.0.1:9", "pip install socksio"), ("socks://a:9", "scheme")]
)
def test_a_proxy_that_cannot_be_used_is_one_sentence(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, proxy: str, message: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    connect(monkeypatch, hub.url, tmp_path)  # a new client, which reads the environment
    with pytest.raises(HubError, match=rf"^lab/vae: the proxy of this environment .*{message}"):
        account.require_writer("lab/vae")
