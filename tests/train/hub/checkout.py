"""A small git checkout that is sent instead of the project's."""

import subprocess
from pathlib import Path
from typing import Any

import yaml


def git(folder: Path, *arguments: str) -> None:
    """Run git as a test user."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


COMMITTED = {
    "app.py": "import server\n",
    "server/__init__.py": "",
    "server/style.css": "/* no Python */",
    "faces/models/mesh.onnx": "a network",
    "faces/models/convert.py": "",
    "metrics/disentanglement/mig.py": "",
    "train/loop.py": "",
    "LICENSE": "Apache",
    "requirements-app.txt": "gradio==6.31.0\n",
    "assets/page.js": "// page",
    "assets/examples/draw.py": "draws pictures",
    "assets/package.json": "programs that check the page",
    "assets/figures/figure.png": "for the README",
    "assets/weights/LICENSE.md": "CelebA's terms",
    "assets/weights/vae/config.json": "{}",
    "assets/weights/vae/samples.png": "not read by the app",
    "assets/weights/mine/config.json": "{}",
}
SENT = {
    *("app.py", "server/__init__.py", "assets/page.js", "faces/models/mesh.onnx"),
    *("LICENSE", "README.md", "requirements.txt"),
}


def front_matter(files: dict[str, bytes]) -> dict[str, Any]:
    """Parse the front matter of a Space's README.md."""
    return yaml.safe_load(files["README.md"].decode().split("---\n")[1])
