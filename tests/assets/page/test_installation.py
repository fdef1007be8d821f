"""Chromium installs the page as an application."""

import pytest

from tests.assets.page.conftest import Open

pytestmark = pytest.mark.browser


def test_chromium_finds_nothing_that_keeps_the_page_from_being_installed(open_page: Open, address: str) -> None:
    visit = open_page()
    session = visit.page.context.new_cdp_session(visit.page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"] == f"{address}manifest.json"
    errors = {error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert errors <= {"in-incognito"}  # as every context of a test is
    assert session.send("Page.getAppId")["appId"] == address
