"""Parts of the Markdown pages: code blocks, shell commands, links, tables and trees."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = tuple(
    path.relative_to(ROOT).as_posix()
    for path in (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("assets/*.md")))
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")


class Block(NamedTuple):
    """One fenced code block."""

    page: str
    language: str
    text: str


class Command(NamedTuple):
    """One simple command of a shell."""

    environment: dict[str, str]
    words: tuple[str, ...]

    def __str__(self) -> str:
        """Return the command as one line."""
        return " ".join([*(f"{name}={value}" for name, value in self.environment.items()), shlex.join(self.words)])


def read(page: str) -> str:
    """Read a page by its path from the project's root."""
    return (ROOT / page).read_text()


def blocks(page: str, language: str) -> list[Block]:
    """List the code blocks of a page in one language."""
    return [Block(page, language, text) for tag, text in FENCE.findall(read(page)) if tag == language]


def commands(block: Block) -> list[Command]:
    """Split a shell block into simple commands: lines joined at backslashes, without comments, split at &&."""
    lines = block.text.replace("\\\n", " ").splitlines()
    parts = [part for line in lines for part in _split(shlex.split(line, comments=True))]
    return [_command(words) for words in parts if words]


def _split(words: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "&&":
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _command(words: list[str]) -> Command:
    count = next((i for i, word in enumerate(words) if not ASSIGNMENT.fullmatch(word)), len(words))
    environment = dict(word.split("=", 1) for word in words[:count])
    return Command(environment, tuple(words[count:]))


def inline_code(page: str) -> list[str]:
    """List the inline code of a page, outside of its blocks."""
    return [" ".join(code.split()) for code in INLINE.findall(FENCE.sub("", read(page)))]


def links(page: str) -> list[str]:
    """List the targets of a page's links and images."""
    return LINK.findall(FENCE.sub("", read(page)))


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = HEADING.findall(FENCE.sub("", read(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def table_between(page: str, mark: str) -> str:
    """Return the table between `<!-- mark -->` and `<!-- /mark -->`."""
    (table,) = re.findall(rf"<!-- {mark} -->\n(.*?)\n<!-- /{mark} -->", read(page), re.DOTALL)
    return str(table)


def tree_paths(block: Block) -> list[str]:
    """Return the paths that an annotated tree names: two spaces of indent a level, then two before the remark."""
    paths: list[str] = []
    parents: list[str] = []
    for line in block.text.splitlines():
        name = line.split()[0]
        level = (len(line) - len(line.lstrip())) // 2
        parents = [*parents[:level], name]
        paths.append("".join(parents))
    return paths
