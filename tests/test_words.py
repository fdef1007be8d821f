"""Plain English: words with a private meaning are refused, and the name of a test is one short sentence.

The words are refused in docstrings, comments, messages and help texts of code and tests, in Python and JavaScript, in
the templates of cards, and in the pages of documentation. Code between backticks may contain them.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("app.py", "vae_faces.py", "benchmarks", "faces", "metrics", "pages", "server", "train", "vae_models")
SCRIPTS = ("assets/engine", "assets/vision", "tests/assets")
PAGES = ("*.md", "docs/*.md", "train/**/*.md")
MOST_WORDS = 12  # of the name of a test

# what is refused -> what to write instead
REFUSED = {
    r"told": "passed, given, or predicted",
    r"mend(s|ed|ing)?": "fix or correct",
    r"granted": "passed the threshold, or allowed",
    r"surprises?": "negative ELBO",
    r"rungs?": "models of a family",
    r"carry|carries|carried|carrying": "has a KL of, contains or transfers",
    r"stands?(?! for\b)": "is stored, or is",
    r"(?<!in )(?<!take )(?<!takes )(?<!decimal )places?": "path, index, position or folder",
    r"verbs?": "command",
    r"grows?": "increases",
    r"in words": "as text",
    r"whoever": "users who",
    r"where it fits": "if it fits",
}
ANY = re.compile(rf"\b({'|'.join(REFUSED)})\b", re.IGNORECASE)  # thirteen searches of most texts become one
PATTERNS = {re.compile(rf"\b({pattern})\b", re.IGNORECASE): instead for pattern, instead in REFUSED.items()}


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield comments, docstrings and other strings of several words, with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def javascript_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield comments, and strings of several words, with their lines."""
    for match in re.finditer(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`', source, re.DOTALL):
        if " " in match[0]:
            first = source.count("\n", 0, match.start()) + 1
            text = re.sub(r"\$\{[^}]*\}", "", match[0])
            yield from enumerate(text.removeprefix("`").removesuffix("`").splitlines(), start=first)


def markdown_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page, without those of its code blocks."""
    in_code = False
    for number, line in enumerate(source.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield number, line


def refused_words(file: Path) -> Iterator[str]:
    """Yield a line for every refused word of a file."""
    texts = {".md": markdown_texts, ".js": javascript_texts, ".py": python_texts}[file.suffix]
    for number, text in texts(file.read_text()):
        prose = re.sub(r"`[^`]*`", "", text)
        for pattern, instead in PATTERNS.items() if ANY.search(prose) else ():
            for match in pattern.finditer(prose):
                yield f"{file}:{number}: {match[0]!r}: say {instead}"


def unclear_summaries(file: Path) -> Iterator[str]:
    """Yield the docstrings that begin like a question instead of a verb or a noun."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            summary = (ast.get_docstring(node) or "").partition("\n")[0]
            if re.match(r"(What|Where|Whether|Who|Of|With|The same)\b", summary):
                yield f"{file}: {summary}"


def python_files(*parts: str) -> Iterator[Path]:
    for part in parts:
        yield from [ROOT / part] if part.endswith(".py") else sorted((ROOT / part).rglob("*.py"))


def long_names(source: str) -> Iterator[str]:
    """Yield the names of tests that are too long."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            count = len([word for word in node.name.removeprefix("test_").split("_") if word])
            if count > MOST_WORDS:
                yield f"{node.name}: {count} words"


def files_of_tests() -> Iterator[Path]:
    for file in python_files("tests"):
        if file != Path(__file__):
            yield file


def test_the_code_has_no_refused_word() -> None:
    assert not [line for file in python_files(*CODE) for line in refused_words(file)]


def test_the_tests_have_no_refused_word() -> None:
    assert not [line for file in files_of_tests() for line in refused_words(file)]


def test_the_scripts_have_no_refused_word() -> None:
    scripts = [file for part in SCRIPTS for file in sorted((ROOT / part).rglob("*.js"))]
    assert scripts
    assert not [line for file in scripts for line in refused_words(file)]


def test_every_docstring_begins_with_a_verb_or_a_noun() -> None:
    assert not [line for file in python_files(*CODE) for line in unclear_summaries(file)]


def test_the_pages_have_no_refused_word() -> None:
    pages = [page for pattern in PAGES for page in sorted(ROOT.glob(pattern))]
    assert ROOT / "README.md" in pages
    assert not [line for page in pages for line in refused_words(page)]


def test_the_name_of_a_test_has_at_most_twelve_words() -> None:
    assert not [f"{file}: {name}" for file in files_of_tests() for name in long_names(file.read_text())]


@pytest.mark.parametrize(
    "source",
    [
        '"""The place of a model."""',
        'def f():\n    """Return what it was told."""',
        "x = 1  # mends the file",
        'raise ValueError(f"{x} stands nowhere")',
        'class C:\n    x: int = 1\n    """How far it grows."""',
        'print("no " "verb given")',
    ],
    ids=["module", "function", "comment", "message", "help", "joined"],
)
def test_a_refused_word_is_reported_in_every_kind_of_text(source: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(source)
    assert len(list(refused_words(tmp_path / "module.py"))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""Replace a placeholder in place, to two decimal places, so that NaN stands for unknown."""',
        'told = record["grows"]',
        '"""Read `surprise` of densities.json."""',
        "# adverbs, carriers and amendments",
    ],
)
def test_code_and_longer_words_are_not_reported(source: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(source)
    assert not list(refused_words(tmp_path / "module.py"))


def test_a_refused_word_is_reported_in_comments_and_texts_of_scripts(tmp_path: Path) -> None:
    script = tmp_path / "module.js"
    script.write_text(
        "// a place\nconst place = 1; // 'place'\n/**\n * Two\n * places, `place`.\n */\n"
        'throw new Error("it grows");\nconst told = { place, mend: "told" };\nsay(`${place} stands\nstill`);\n'
    )
    assert [line.split(":")[1] for line in refused_words(script)] == ["1", "2", "5", "7", "9"]


def test_a_page_is_read_without_its_code(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("The `place` is\n```bash\nls place\n```\nin another place.\n")
    assert list(refused_words(page)) == [f"{page}:5: 'place': say path, index, position or folder"]


@pytest.mark.parametrize("summary", ["What a file holds.", "Whether it is there.", "Of a column."])
def test_a_docstring_that_begins_like_a_question_is_reported(summary: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(f'"""{summary}"""\nx = "{summary}"\n')
    assert list(unclear_summaries(tmp_path / "module.py")) == [f"{tmp_path / 'module.py'}: {summary}"]


def test_a_long_name_of_a_test_is_reported() -> None:
    names = ["test_" + "_".join(["word"] * count) for count in (MOST_WORDS, MOST_WORDS + 1)]
    assert list(long_names("".join(f"def {name}(): ...\n" for name in names))) == [f"{names[1]}: 13 words"]
