"""The contents of a site: the app's page for any web server, nothing of its server, and the same bytes every time."""

import hashlib
import json
import re
from functools import cache
from pathlib import PurePosixPath

import pytest

from pages.files import ASSETS, POLICY, list_files
from tests.conftest import report_models
from tests.train.site.sites import load_bundled
from train.site.contents import WORKER, add_version, make_site
from train.site.folder import MARK
from vae_models.hub.pull import Loaded

Files = dict[str, bytes]
TEXTS = (".css", ".html", ".js", ".mjs")
OURS = ("engine/", "page/", "site/", "vision/", "index.html", WORKER)
ADDRESSES = re.compile(  # of modules, of modules that are imported late, and in style sheets
    r'^(?:import|export)\s[^;]*?from "([^"]+)";|import\("([^"]+)"\)|url\("?([^")]+)"?\)', re.MULTILINE
)
NOT_OF_A_SITE = ("gradio", "endpoint", "mcp", "engine/server")


@cache
def site() -> Files:
    """Return the site of the bundled models; no test may change it."""
    return make_site(load_bundled(), None)


def read_list(files: Files) -> dict[str, dict[str, list[str | int]]]:
    """Return what the service worker knows: the small and the large files, each with digest and bytes."""
    line = files[WORKER].decode().partition("\n")[0]
    known: dict[str, dict[str, list[str | int]]] = json.loads(line.removeprefix("self.SITE = ").removesuffix(";"))
    return {kind: known[kind] for kind in ("small", "large")}


def test_every_file_of_the_page_is_on_the_site_as_it_is() -> None:
    own = {"page/index.html", "engine/server.js", "engine/images.js", "gradio-client/index.min.js"}
    own |= {"gradio-client/README.md"}
    listed = {name: path for name, path in list_files(load_bundled().with_dials) if name not in own}
    assert len(listed) > 150
    assert not [name for name, path in listed.items() if site()[name] != path.read_bytes()]
    assert not own & site().keys()


def test_the_page_differs_from_the_apps_in_its_head_only() -> None:
    lines = (ASSETS / "page" / "index.html").read_text().splitlines()
    own = site()["index.html"].decode().splitlines()
    added, gone = [line for line in own if line not in lines], [line for line in lines if line not in own]
    assert added == [f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">']
    assert own.index(added[0]) == 1 + own.index('<meta charset="utf-8">')
    assert gone
    assert all(re.match('<(meta (property="og:(url|image)|name="twitter)|link rel="canonical")', line) for line in gone)


def test_with_an_address_the_preview_is_absolute() -> None:
    page = make_site(Loaded(report_models()), "https://example.org/faces/")["index.html"].decode()
    assert '<meta property="og:image" content="https://example.org/faces/records/share.jpg">' in page
    assert '<link rel="canonical" href="https://example.org/faces/">' in page


def test_every_address_of_the_site_is_relative_and_exists() -> None:
    page = site()["index.html"].decode()
    loaded = re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="(?!data:)([^"]*)"', page)
    assert len(loaded) > 40
    assert not [address for address in loaded if address not in site()]
    for name in [name for name in site() if name.startswith(OURS) and name.endswith(TEXTS)]:
        text = re.sub(r"/\*.*?\*/", "", site()[name].decode(), flags=re.DOTALL)  # types are in comments
        addresses = [address for groups in ADDRESSES.findall(text) for address in groups if address]
        assert not [one for one in addresses if not one.startswith(("./", "../", "data:"))], name
    manifest = json.loads(site()["manifest.json"])
    assert {icon["src"] for icon in manifest["icons"]} <= site().keys()
    assert not [value for value in (manifest["start_url"], manifest["scope"]) if value != "./"]


def test_nothing_of_the_server_is_on_the_site() -> None:
    assert not [name for name in site() if any(word in name.lower() for word in NOT_OF_A_SITE)]
    page = site()["index.html"].decode().lower()
    assert not [word for word in ("gradio", "endpoint", "mcp", "api", "server") if re.search(rf"\b{word}\b", page)]
    assert json.loads(site()["records/models.json"])["server"] is False


def test_the_site_is_small() -> None:
    sizes = {name: len(data) for name, data in site().items()}
    assert sum(size for name, size in sizes.items() if not name.startswith("models/")) <= 12_000_000
    assert max(sizes.values()) < 10_000_000
    assert sum(int(size) for _, size in read_list(site())["small"].values()) < 1_500_000


def test_two_builds_are_the_same() -> None:
    loaded = Loaded(report_models())
    first, second = make_site(loaded, None), make_site(loaded, None)
    assert first == second
    assert list(first) == list(second)


def test_the_service_worker_knows_the_digest_of_what_the_page_asks_for() -> None:
    lists = read_list(site())
    known = {**lists["small"], **lists["large"]}
    unknown = {name for name in site() if name not in known}
    texts = {name for name in unknown if PurePosixPath(name).suffix in (".md", ".txt") or name.isupper()}
    others = {".nojekyll", WORKER, MARK, "finder/NOTICE", "onnxruntime/LICENSE", "records/share.jpg"}
    assert unknown - texts == others
    for name, (digest, size) in known.items():
        assert (digest, size) == (hashlib.sha256(site()[name]).hexdigest(), len(site()[name])), name
    assert {"models/vae/decoder.onnx", "onnxruntime/ort-wasm-simd-threaded.wasm.gz"} <= lists["large"].keys()
    assert {"index.html", "page/tabs/morph.js", "records/about.json"} <= lists["small"].keys()


@pytest.mark.parametrize("changed", ["page/main.js", "models/vae/decoder.onnx", "script"])
def test_any_change_is_a_new_version(changed: str) -> None:
    files = {"page/main.js": b"1", "models/vae/decoder.onnx": b"2"}
    before = add_version(files, "script")
    after = add_version(files, "another") if changed == "script" else add_version({**files, changed: b"3"}, "script")
    assert before[WORKER] != after[WORKER]
    assert json.loads(before[MARK])["version"] != json.loads(after[MARK])["version"]
    assert add_version(files, "script") == before
