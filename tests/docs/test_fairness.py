"""Pages, cards and the app say whom the models serve worse, and nothing gives a verdict about a person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pages.about import describe
from tests.conftest import bundled_models
from tests.docs.markdown import PAGES, ROOT, read
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.files.names import CARD
from vae_models.group_errors import IMAGES_SEEN, UNEXPLAINED
from vae_models.hub.pull import BUNDLED_FOLDER, Loaded

CARDS = tuple((BUNDLED_FOLDER / name / CARD).relative_to(ROOT).as_posix() for name in (*BUNDLED, *BUNDLED_DIALS))
HISTORY = ("CHANGELOG.md", "docs/results.md")  # they quote the words of an earlier version
# said of a picture by its scores; the face finder alone says that it found no face
VERDICT = re.compile(
    r"\b(not (really )?a( real)? face|still a face|rarer kind|atypical|abnormal|outliers?|anomalous)\b", re.IGNORECASE
)


def sources() -> Iterator[Path]:
    """Yield the files whose words a user reads."""
    for pattern in ("pages/*.py", "assets/page/**/*", "train/commands/*.py", "train/model_card/*", "train/hub/*.md"):
        yield from (file for file in sorted(ROOT.glob(pattern)) if file.suffix in (".py", ".js", ".html", ".md"))
    yield ROOT / "train" / "evaluation" / "outliers.py"
    yield from (ROOT / page for page in (*PAGES, *CARDS) if page not in HISTORY)


def prose(file: Path) -> str:
    """Return the text of a file without imports, names of modules and line breaks."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return " ".join(line.strip() for line in lines if not re.match(r"\s*from [\w.]+ import ", line))


def numbers(shares: dict[str, float]) -> str:
    """Write the shares of the groups as the sentences do."""
    return ", ".join(f"{label} {share:.2f}" for label, share in shares.items())


def test_no_file_gives_a_verdict_by_a_score() -> None:
    assert not [f"{file}: {match[0]}" for file in sources() for match in VERDICT.finditer(prose(file))]


@pytest.mark.parametrize("words", ["Not a face to the VAE: too smooth to be one.", "One of the rarer kind", "outliers"])
def test_a_verdict_is_noticed(words: str) -> None:
    assert VERDICT.search(words)


def test_the_readme_quotes_the_check_on_other_faces() -> None:
    text = " ".join(read("README.md").split())
    assert f"VAE, {numbers(UNEXPLAINED['VAE'])}" in text
    assert f"β-TCVAE 20, {numbers(UNEXPLAINED['β-TCVAE, β = 20'])}" in text
    assert "834 chips, ages 13 to 59, about 82 White, 89 Black, 84 Asian, 92 Indian" in text
    assert f"{IMAGES_SEEN:,} images" in text
    assert "crude" in text


@pytest.mark.parametrize("page", ["docs/results.md", *CARDS])
def test_results_and_every_card_have_the_table_by_group(page: str) -> None:
    section = re.split(r"^#+ ", read(page), flags=re.MULTILINE)
    (text,) = [part for part in section if part.startswith("Whom the models serve worse")]
    for title, shares in UNEXPLAINED.items():
        assert f"| {title} | {' | '.join(f'{share:.2f}' for share in shares.values())} |" in text
        assert f"| | {' | '.join(shares)} |" in text
    for words in ("UTKFace", "834 chips", "13 to 59", "82 White, 89 Black, 84 Asian, 92 Indian", "40×40", "crude"):
        assert words in " ".join(text.split())
    assert f"{IMAGES_SEEN:,} images" in text


def test_the_models_tab_has_the_figures_of_celeba_s_models_only() -> None:
    models = bundled_models()
    assert describe(Loaded(models))["groups"]["unexplained"] == UNEXPLAINED
    other = tuple(
        pulled._replace(record=replace(pulled.record, data={"training": {"name": "portraits"}})) for pulled in models
    )
    description = describe(Loaded(other))
    assert (description["groups"], description["celeba"]) == (None, False)


@pytest.mark.parametrize("page", ["docs/metrics.md", "docs/training.md"])
def test_what_both_scores_depend_on_is_said_beside_them(page: str) -> None:
    text = " ".join(read(page).split())
    assert re.search(r"pose, light, background, glasses, blur and noise", text, re.IGNORECASE)


@pytest.mark.parametrize("page", ["docs/metrics.md", "docs/results.md", CARDS[0]])
def test_names_of_features_are_said_to_be_labels(page: str) -> None:
    assert re.search(r'labellers.*"?attractive|"attractive".*labellers', " ".join(read(page).split()), re.IGNORECASE)
