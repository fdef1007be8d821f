"""What the page says of where its models came from, and of what could not be loaded."""

import re

import pytest

from tests.conftest import report_models
from ui import loading, origins
from ui import models as models_tab
from vae_models.hub.pull import Loaded, Pulled
from vae_models.hub.source import Failure, Origin

COMMIT = "1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d"
HUB = Origin("hub", "lab/vae-celeba64", COMMIT)
UNREACHABLE = "the Hub cannot be reached (Connection refused)"


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


def failed(*names: str, reason: str = UNREACHABLE) -> tuple[Failure, ...]:
    return tuple(Failure(name, Origin("hub", f"lab/{name}-celeba64"), reason) for name in names)


def plain(html: str) -> str:
    return " ".join(re.sub("<.*?>", " ", html).split())


def test_every_column_says_where_its_model_came_from(models: tuple[Pulled, ...]) -> None:
    ae, vae, beta, tc = models
    mixed = (ae._replace(origin=HUB), vae._replace(origin=HUB._replace(source="cache")), beta, tc._replace(folder=None))
    (row,) = re.findall(
        '<tr><th scope="row">From<.*?</tr>', models_tab.table((*mixed, beta._replace(origin=Origin("folder"))))
    )
    assert [plain(cell) for cell in re.findall("<td>(.*?)</td>", row)] == [
        "the Hub lab/vae-celeba64 at 1a2b3c4",
        "the Hub's cache on this machine lab/vae-celeba64 at 1a2b3c4",
        "the bundled weights",
        "the bundled weights",
        "a folder of this machine",
    ]


def test_models_with_the_same_trouble_share_a_sentence(models: tuple[Pulled, ...]) -> None:
    other = failed("vae", reason="it is gated (403): ask")
    html = origins.failures(Loaded(models, failed("ae", "beta-vae") + other))
    assert [plain(line) for line in re.findall("<li>(.*?)</li>", html)] == [
        f"ae, beta-vae from the Hub: {UNREACHABLE}.",
        "vae from the Hub: it is gated (403): ask.",
    ]
    assert "Every model is here" in html


def test_nothing_is_said_where_nothing_failed(models: tuple[Pulled, ...]) -> None:
    assert origins.failures(Loaded(models)) == origins.missing(Loaded(models)) == ""


def test_only_a_missing_model_is_said_at_the_top_of_the_page(models: tuple[Pulled, ...]) -> None:
    assert origins.missing(Loaded(models, failed("ae"))) == ""
    lacking = Loaded(models[1:], failed("ae"))
    assert plain(origins.missing(lacking)) == "Not here: ae. The tab Models says why."
    assert "Every model" not in origins.failures(lacking)


def test_what_others_wrote_is_escaped(models: tuple[Pulled, ...]) -> None:
    sly = Failure("<b>x", HUB, "<script>alert(1)</script>")
    for html in (origins.failures(Loaded(models, (sly,))), origins.missing(Loaded(models, (sly,)))):
        assert "<script>" not in html
        assert "<b>x" not in html
    assert "<i>" not in origins.cell(models[0]._replace(origin=Origin("hub", "<i>/x", COMMIT)))


def test_a_model_of_the_hub_is_loaded_by_its_name_and_commit(models: tuple[Pulled, ...]) -> None:
    html = loading.lines((models[0]._replace(origin=HUB),))
    assert f"from_pretrained(&quot;lab/vae-celeba64&quot;, revision=&quot;{COMMIT}&quot;)" in html
