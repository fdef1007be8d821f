"""The layers of the project: imports run one way, without circles, and no folder or file is too large.

The trainer's layers, from the command line down to the data:

    train/__main__ -> train/cli -> train/commands -> train/{claims,family,figures,hub} -> train/site
    -> train/loop -> train/run -> train/{evaluation,model_card,onnx} -> train/config -> train/data -> train/model_folder
    -> train/{errors,terminal}

All of them may import metrics, faces and vae_models, commands and train/site also pages. Those of the app:

    app -> server -> {pages, metrics, faces, vae_models}; pages -> vae_models

The server and the trainer never import each other.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRAINER = (
    {"train.__main__"},
    {"train.cli"},
    {"train.commands"},
    {"train.claims", "train.family", "train.figures", "train.hub"},
    {"train.site"},
    {"train.loop"},
    {"train.run"},
    {"train.evaluation", "train.model_card", "train.onnx"},
    {"train.config"},
    {"train.data"},
    {"train.model_folder"},
    {"train.errors", "train.terminal"},
)
LIBRARY = {"faces", "metrics", "vae_models"}
# part -> the parts of this project that it may import besides itself; the longest name that fits a module counts
ALLOWED: dict[str, set[str]] = {
    "app": {"server", "vae_models"},
    "assets": set(),
    "benchmarks": {"pages", "server", "train", *LIBRARY},
    "faces": set(),
    "metrics": {"vae_models.distributions"},
    "train": LIBRARY,
    "pages": {"vae_models"},
    "server": {"pages", *LIBRARY},
    "vae_faces": {"app", "train"},
    "vae_models": set(),
    **{part: LIBRARY.union(*TRAINER[position + 1 :]) for position, layer in enumerate(TRAINER) for part in layer},
    "train.config": {"train.data.options", "train.errors", *LIBRARY},
}
for part in ("train.commands", "train.site"):
    ALLOWED[part] |= {"pages"}  # for the page without a server
MAY_IMPORT_COMMANDS = {"train.__main__", "train.cli"}
MAY_IMPORT_GRADIO = {"app", "server"}
SMALL_FOLDERS = ("faces", "metrics", "pages", "server", "train", "vae_models")
SHORT_FILES = ("app", "benchmarks", "faces", "metrics", "pages", "server", "train", "vae_faces", "vae_models")
NO_CODE = {"build", "dist", "tests", "venv"}
MOST_FILES, MOST_LINES = 14, 320

Modules = dict[str, Path]


def find_modules(root: Path) -> Modules:
    """Return the file of every module of the project, except tests."""
    files = [*root.glob("*.py"), *root.glob("*/**/*.py")]
    modules = {}
    for file in sorted(files):
        parts = file.relative_to(root).with_suffix("").parts
        if parts[0] not in NO_CODE and not parts[0].startswith("."):
            modules[".".join(parts).removesuffix(".__init__")] = file
    return modules


@cache
def import_statements(source: str) -> list[ast.Import | ast.ImportFrom]:
    """Return the import statements of a file, inside functions too."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]


def imports(file: Path, modules: Modules) -> set[str]:
    """Return the modules that a file imports, inside functions too; `from a.b import c` is `a.b.c` if c is a module."""
    names: set[str] = set()
    for node in import_statements(file.read_text()):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        else:
            assert node.level == 0, f"{file} imports relatively"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= inner & modules.keys()
            if inner - modules.keys():
                names.add(str(node.module))
    return names


def within(module: str, parts: set[str]) -> bool:
    return any(module == part or module.startswith(f"{part}.") for part in parts)


def part_of(module: str) -> str:
    """Return the part of the project, a key of `ALLOWED`, that a module belongs to."""
    return max((part for part in ALLOWED if within(module, {part})), key=len, default="")


def reversed_imports(root: Path) -> Iterator[str]:
    """Yield a line for every import against the layers."""
    modules = find_modules(root)
    for module, file in modules.items():
        part = part_of(module)
        for target in imports(file, modules) & modules.keys():
            allowed = within(target, {part, *ALLOWED.get(part, set())})
            private = within(target, {"train.commands"}) and module not in MAY_IMPORT_COMMANDS
            if private or not allowed:
                yield f"{module} imports {target}"


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of nodes that reach each other (Tarjan 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[set[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for target in graph[node]:
            if target not in order:
                visit(target)
            if target in stack:
                low[node] = min(low[node], low[target])
        if low[node] == order[node]:
            position = stack.index(node)
            if len(stack) - position > 1:
                groups.append(set(stack[position:]))
            del stack[position:]

    for node in graph:
        if node not in order:
            visit(node)
    return groups


def import_graph(root: Path) -> dict[str, set[str]]:
    modules = find_modules(root)
    return {module: imports(file, modules) & modules.keys() - {module} for module, file in modules.items()}


def folder_graph(root: Path) -> dict[str, set[str]]:
    """Return which part of the project imports which other parts."""
    graph: dict[str, set[str]] = {}
    for module, targets in import_graph(root).items():
        part = part_of(module)
        graph.setdefault(part, set()).update({part_of(target) for target in targets} - {part})
    return graph


def large_folders(root: Path) -> Iterator[str]:
    for name in SMALL_FOLDERS:
        for folder in [root / name, *(root / name).rglob("*/")]:
            count = len(list(folder.glob("*.py")))
            if count > MOST_FILES:
                yield f"{folder.relative_to(root)} has {count} Python files"


def long_files(root: Path) -> Iterator[str]:
    for module, file in find_modules(root).items():
        lines = len(file.read_text().splitlines())
        if within(module, set(SHORT_FILES)) and lines > MOST_LINES:
            yield f"{file.relative_to(root)} has {lines} lines"


def test_imports_run_one_way() -> None:
    assert not list(reversed_imports(ROOT))


def test_no_import_circle_between_modules() -> None:
    assert not circles(import_graph(ROOT))


def test_no_import_circle_between_folders() -> None:
    assert not circles(folder_graph(ROOT))


def test_no_folder_has_too_many_files() -> None:
    assert not list(large_folders(ROOT))


def test_no_file_is_too_long() -> None:
    assert not list(long_files(ROOT))


def test_only_the_server_imports_gradio() -> None:
    modules = find_modules(ROOT)
    for module, file in modules.items():
        allowed = {"gradio_client"} if within(module, {"benchmarks"}) else set()  # benchmarks call the endpoints
        if not within(module, MAY_IMPORT_GRADIO):
            packages = {name.partition(".")[0] for name in imports(file, modules)}
            assert not packages & {"gradio", "gradio_client"} - allowed, module


def test_every_module_has_a_layer() -> None:
    assert not [module for module in find_modules(ROOT) if not part_of(module)]
    train = {module for module in find_modules(ROOT) if module.startswith("train.")}
    assert not [module for module in train if part_of(module) == "train"]


def test_tests_mirror_the_folders_of_the_code() -> None:
    folders = {file.parent.relative_to(ROOT / "tests") for file in (ROOT / "tests").rglob("test_*.py")}
    folders -= {Path("fake_hub"), Path("fuzz")}  # of no single folder
    assert not [folder for folder in folders if not (ROOT / folder).is_dir()]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Create a project in which one module of each layer imports one module of the next."""
    chain = ["__main__", "cli", "commands.evaluate", "hub.push", "loop", "run.setup", "evaluation.fid", "data.load"]
    for upper, lower in zip(chain, [*chain[1:], "errors"], strict=True):
        write(tmp_path, f"train.{upper}", f"import train.{lower}\n")
    write(tmp_path, "train.errors", "import vae_models.config\n")
    write(tmp_path, "train.config", "from train.data import options\n")
    write(tmp_path, "train.data.options", "")
    write(tmp_path, "app", "def run():\n    import server.launch\n")
    write(tmp_path, "server.launch", "import server.endpoints.sample\n")
    write(tmp_path, "server.endpoints.sample", "from metrics import latent\nimport pages.documents\n")
    write(tmp_path, "pages.documents", "import vae_models.config\n")
    write(tmp_path, "train.commands.site", "def run():\n    from pages import documents\n")
    write(tmp_path, "metrics.latent", "from vae_models.distributions import Gaussian\n")
    write(tmp_path, "vae_models.config", "")
    write(tmp_path, "vae_models.distributions", "")
    return tmp_path


def write(root: Path, module: str, source: str) -> None:
    file = root / f"{module.replace('.', '/')}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)


def test_the_right_way_round_is_allowed(tree: Path) -> None:
    assert not list(reversed_imports(tree))
    assert not circles(import_graph(tree))
    assert not circles(folder_graph(tree))
    assert not [*large_folders(tree), *long_files(tree)]


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("train.cli", "train.__main__"),
        ("train.commands.evaluate", "train.cli"),
        ("train.commands.sample", "train.commands.evaluate"),
        ("train.hub.push", "train.commands.evaluate"),
        ("train.loop", "train.hub.push"),
        ("train.run.setup", "train.loop"),
        ("train.evaluation.fid", "train.run.setup"),
        ("train.data.load", "train.evaluation.fid"),
        ("train.data.load", "train.config"),
        ("train.config", "train.data.load"),
        ("train.errors", "train.data.load"),
        ("train.errors", "server.launch"),
        ("train.loop", "pages.documents"),
        ("server.launch", "train.errors"),
        ("server.endpoints.sample", "app"),
        ("pages.documents", "server.launch"),
        ("pages.documents", "metrics.latent"),
        ("pages.documents", "train.errors"),
        ("vae_models.config", "metrics.latent"),
        ("metrics.latent", "vae_models.config"),
        ("faces.image", "vae_models.config"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_reversed_import_is_reported(tree: Path, module: str, target: str, late: bool) -> None:
    write(tree, module, f"def use():\n    import {target}\n" if late else f"import {target}\n")
    assert list(reversed_imports(tree)) == [f"{module} imports {target}"]


def test_a_circle_is_reported_even_if_one_import_is_late(tree: Path) -> None:
    write(tree, "vae_models.config", "import vae_models.distributions\n")
    write(tree, "vae_models.distributions", "def use():\n    from vae_models import config\n")
    assert circles(import_graph(tree)) == [{"vae_models.config", "vae_models.distributions"}]


def test_folders_that_import_each_other_are_reported(tree: Path) -> None:
    write(tree, "train.onnx.graph", "import train.evaluation.fid\n")
    write(tree, "train.evaluation.summary", "import train.onnx.export\n")
    write(tree, "train.onnx.export", "")
    assert not circles(import_graph(tree))
    assert circles(folder_graph(tree)) == [{"train.evaluation", "train.onnx"}]


def test_a_large_folder_and_a_long_file_are_reported(tree: Path) -> None:
    for number in range(MOST_FILES):
        write(tree, f"train.run.step{number}", "")
    write(tree, "metrics.latent", "\n" * (MOST_LINES + 1))
    assert list(large_folders(tree)) == [f"train/run has {MOST_FILES + 1} Python files"]
    assert list(long_files(tree)) == [f"metrics/latent.py has {MOST_LINES + 1} lines"]
