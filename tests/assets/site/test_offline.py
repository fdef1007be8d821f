"""The site without a network, after a first visit; and a newer version of it, which is never mixed with the older."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from benchmarks.running_site import FileServer
from tests.assets.page.conftest import TABS, Open, Visit
from tests.assets.page.hands import change, move
from train.site.contents import OFFLINE, WORKER, add_version
from train.site.folder import MARK, write_folder

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

READY = "() => navigator.serviceWorker.ready.then(() => true)"
KEPT = "() => document.querySelector('.foot .offline span')?.textContent"
FIRST_FACES = ".column-faces canvas"


def visit_once(open_page: Open) -> Visit:
    """Visit the page until its service worker keeps what this visit has loaded."""
    visit = open_page()
    visit.rest("face")
    visit.page.wait_for_function(READY)
    visit.page.wait_for_function(KEPT)
    return visit


def test_after_the_first_visit_the_page_works_without_a_network(open_page: Open, server: FileServer) -> None:
    visit = visit_once(open_page)
    visit.page.locator(".foot .offline button").click()
    expect(visit.page.locator(".foot .offline")).to_contain_text("with all of its models")
    server.server_close()  # nobody listens any longer
    visit.page.reload()
    for tab in TABS:
        visit.open(tab)
    visit.open("sample")
    expect(visit.page.locator(FIRST_FACES)).to_have_count(8 * 6)
    visit.open("face")
    change(visit.page, "#copy", lambda: move(visit.page, "#beta", 0.9))


def test_without_the_other_models_the_used_ones_work_offline(open_page: Open, server: FileServer) -> None:
    visit = visit_once(open_page)  # the page loads the VAE by itself
    expect(visit.page.locator(".foot .offline")).to_contain_text("with the models that you have used: 7.0 of")
    server.server_close()
    visit.page.reload()
    visit.open("sample")
    columns = visit.page.locator("#panel-sample section.cell")
    expect(columns.filter(has_text="VAE").first.locator("canvas")).to_have_count(6)
    expect(columns.first).to_contain_text("could not be loaded. Check the connection and try again.")


@pytest.fixture
def newer(site_folder: Path, tmp_path: Path) -> Path:
    """Write a newer version of the site: other words, and another network."""
    old = {
        path.relative_to(site_folder).as_posix(): path.read_bytes() for path in site_folder.rglob("*") if path.is_file()
    }
    files = {name: data for name, data in old.items() if name not in (WORKER, MARK, ".nojekyll")}
    for name, before, after in (
        ("index.html", b"The same face in all models", b"The newer page"),
        ("page/words/sample.js", b"New faces from random numbers", b"Newer faces"),
        ("page/words/morph.js", b"From one face to another", b"Newer morphs"),
    ):
        assert before in files[name]
        files[name] = files[name].replace(before, after)
    files["models/ae/decoder.onnx"] = files["models/vae/decoder.onnx"]
    write_folder(tmp_path / "newer", add_version(files, (OFFLINE / "service_worker.js").read_text()))
    return tmp_path / "newer"


def read_titles(visit: Visit) -> list[str]:
    """Return what tells the versions apart: the page's own words, and those of two modules."""
    titles = [visit.page.locator("#all-title").inner_text()]
    for tab in ("sample", "morph"):
        visit.page.locator(f"#tab-{tab}").click()
        titles.append(visit.page.locator(f"#panel-{tab} h1").inner_text())
    visit.page.locator("#tab-face").click()
    return titles


OLD_TITLES = ["The same face in all models", "New faces from random numbers", "From one face to another"]
NEW_TITLES = ["The newer page", "Newer faces", "Newer morphs"]


def test_versions_are_never_mixed_and_the_newer_one_comes_by_a_reload(
    open_page: Open, server: FileServer, newer: Path
) -> None:
    page = visit_once(open_page).page
    page.reload()  # now the service worker answers
    visit = Visit(page, [], [])
    visit.rest("face")
    server.folder = newer
    assert read_titles(visit) == OLD_TITLES
    expect(page.locator("#panel-sample section.cell").first).to_contain_text("decoder.onnx could not be loaded")
    assert not page.locator("#panel-sample section.cell").first.locator("canvas").count()
    update = "() => navigator.serviceWorker.ready.then((one) => one.update()).then(() => true)"
    page.wait_for_function(update)
    expect(page.locator(".foot")).to_contain_text("A newer version of this page is ready")
    reload_by(page, lambda: page.locator(".foot").get_by_role("button", name="Reload").click())
    expect(page.locator("#all-title")).to_have_text(NEW_TITLES[0])
    visit.rest("face")
    assert read_titles(visit) == NEW_TITLES
    server.server_close()
    page.reload()
    visit.rest("face")
    assert read_titles(visit) == NEW_TITLES


def reload_by(page: "Page", act: Callable[[], object]) -> None:
    """Do something that loads the page anew."""
    with page.expect_event("load"):
        act()
