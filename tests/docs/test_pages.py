"""README and docs: length, links, trees and tables."""

from pathlib import Path

import pytest
import yaml

from tests.docs.markdown import PAGES, ROOT, anchors, blocks, links, read, table_between, tree_paths
from train.evaluation.results_table import read_records, render

README = "README.md"
NUMBER_OF_LINES = 170
TREES = [block for page in PAGES for block in blocks(page, "text")]


def rows(table: str) -> list[dict[str, str]]:
    head, _, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [dict(zip(head, cells, strict=True)) for cells in body]


def test_the_readme_is_short() -> None:
    assert len(read(README).splitlines()) <= NUMBER_OF_LINES


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_a_heading(page: str) -> None:
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), f"{page} links to {link}"
        if anchor:
            assert anchor in anchors(target.resolve().relative_to(ROOT).as_posix()), f"{page} links to {link}"


@pytest.mark.parametrize("block", TREES, ids=[block.page for block in TREES])
def test_every_file_of_a_tree_exists(block: object) -> None:
    assert isinstance(block, tuple)
    for path in tree_paths(block):  # type: ignore[arg-type]
        assert (ROOT / path).exists(), path


def test_readme_and_architecture_show_a_tree() -> None:
    assert {block.page for block in TREES} == {README, "docs/architecture.md"}


def test_every_page_of_docs_is_linked_from_the_readme_or_contributing() -> None:
    linked = {link.partition("#")[0] for page in (README, "CONTRIBUTING.md") for link in links(page)}
    assert {page for page in PAGES if page.startswith("docs/")} <= linked


def test_the_full_table_is_the_one_that_the_records_give() -> None:
    assert table_between("docs/results.md", "table") == render(read_records(()))


def test_the_readme_has_six_columns_of_the_full_table() -> None:
    full, short = rows(render(read_records(()))), rows(table_between(README, "scores"))
    assert len(short[0]) == 1 + 6
    assert short == [{title: row[title] for title in short[0]} for row in full]


def test_the_floor_of_leakage_is_the_recorded_one() -> None:
    floors = {record.attributes["means"]["leakage_of_labels"] for record in read_records(()) if record.attributes}
    assert {f"{floor:.3f}" for floor in floors} == {"0.062"}
    for page in ("docs/results.md", "docs/metrics.md"):
        assert "0.062" in read(page)


def test_citation_names_the_version_of_the_package() -> None:
    citation = yaml.safe_load(read("CITATION.cff"))
    assert f'version = "{citation["version"]}"' in (ROOT / "pyproject.toml").read_text()
    assert citation["type"] == "software"
    assert [reference["authors"] for reference in citation["references"]] == [
        [{"given-names": "Maximilian", "family-names": "Schik"}]
    ]


def test_continuous_integration_runs_the_developers_script() -> None:
    workflow = yaml.safe_load(Path(ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert ".ci/run" in [step.get("run") for step in workflow["jobs"]["test"]["steps"]]


def test_every_hook_of_pre_commit_is_installed_for_development() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    (local,) = [repo["hooks"] for repo in hooks["repos"] if repo["repo"] == "local"]
    packages = (ROOT / "requirements-dev.txt").read_text()
    for hook in local:
        assert hook["entry"].split()[0] in packages
