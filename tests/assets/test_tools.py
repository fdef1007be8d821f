"""The tools that check JavaScript: exact releases, known by their digests, wherever they are downloaded from."""

import json
import re
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets"
TOOLS = json.loads((ASSETS / "package.json").read_text())["devDependencies"]
LOCK = json.loads((ASSETS / "package-lock.json").read_text())["packages"]


def test_every_tool_is_pinned_to_one_release() -> None:
    assert LOCK[""]["devDependencies"] == TOOLS
    for name, version in TOOLS.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert LOCK[f"node_modules/{name}"]["version"] == version


def test_every_locked_package_has_a_digest_and_no_address() -> None:
    packages = {name: facts for name, facts in LOCK.items() if name}
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert not [name for name, facts in packages.items() if "resolved" in facts]
