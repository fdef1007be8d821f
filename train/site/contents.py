"""The files of a site: those of the app's page, without what asks a server, and what makes the page work offline."""

import hashlib
import json
from typing import Any

import torch

from faces.image import read_picture, to_array, to_tensor
from pages import files as page
from pages.share import draw
from train.errors import UserError, as_user_error
from train.site.folder import MARK
from train.site.head import write_index
from vae_models.files.names import DECODER, ENCODER
from vae_models.hub.pull import Loaded, Pulled, pull

ROOT = page.ASSETS.parent
OFFLINE = page.ASSETS / "site"  # what only a site has
WORKER = "service-worker.js"  # at the site's top, because it answers for what is below its own address
FOR_A_SERVER = ("gradio-client/", "engine/server.js", "engine/images.js", "page/index.html")
LICENCES = {
    "LICENSE": ROOT / "LICENSE",  # a checkout's; an installed package keeps it elsewhere
    "finder/NOTICE": page.FOLDERS["finder"] / "NOTICE",
    "onnxruntime/LICENSE": page.ASSETS / "onnxruntime" / "LICENSE",
}
WEIGHTS_LICENCE = page.ASSETS / "weights" / "LICENSE.md"  # of models that were trained on CelebA
LARGE = ("finder/", "models/", "onnxruntime/")  # kept for offline use once they are wanted
NEVER_ASKED = (".md", ".txt", "LICENSE", "NOTICE", "share.jpg")  # by the page itself


def load_models(sources: tuple[str, ...]) -> Loaded:
    """Load the models of a site.

    Raises UserError unless every model comes from where it was asked for, with a name of its own and the files by which
    browsers run it.
    """
    with as_user_error(ValueError, OSError):
        loaded = pull(*sources)
    models = loaded.with_dials
    names = [pulled.name for pulled in models]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"Two folders are named {name}: rename one, because the site tells models by these names")
    replaced = {pulled.name for pulled in models if pulled.origin.source == "bundled"}
    for failure in loaded.failures:
        if failure.name in {*loaded.missing, *replaced}:
            raise UserError(f"{failure}: repair or leave out this model, or try again later")
    for pulled in models:
        _require_networks(pulled)
    return loaded


def list_repositories(loaded: Loaded) -> list[str]:
    """List the repositories of the Hub that the models are from."""
    return [pulled.origin.repository for pulled in loaded.with_dials if pulled.origin.repository]


def _require_networks(pulled: Pulled) -> None:
    for name in (ENCODER, DECODER):
        if pulled.folder is None or not (pulled.folder / name).is_file():
            command = f"python -m train export {pulled.folder or 'FOLDER'}"
            raise UserError(f"{pulled.name} has no {name}, without which no browser runs it: {command} writes it")


def make_site(loaded: Loaded, address: str | None) -> dict[str, bytes]:
    """Make the files of the site of these models, by name; the same models give the same bytes.

    `address` is the site's public address with a slash at its end, for previews of links; None: it is not known.
    """
    faces = torch.cat([to_tensor(to_array(read_picture(file))[None]) for file in page.PREVIEW_FACES])
    index = (page.FOLDERS["page"] / "index.html").read_text(encoding="utf-8")
    files = {
        **{name: path.read_bytes() for name, path in page.list_files(loaded.with_dials)},
        **{name: path.read_bytes() for name, path in LICENCES.items() if path.is_file()},
        **page.make_documents(loaded, faces[0], server=False),
        "records/share.jpg": draw(loaded.models, faces),
        "site/offline.js": (OFFLINE / "offline.js").read_bytes(),
        "index.html": write_index(index, loaded.models, address).encode(),
    }
    if any(pulled.record.is_celeba for pulled in loaded.with_dials):
        files["models/LICENSE.md"] = WEIGHTS_LICENCE.read_bytes()
    files = {name: data for name, data in sorted(files.items()) if not name.startswith(FOR_A_SERVER)}
    return add_version(files, (OFFLINE / "service_worker.js").read_text(encoding="utf-8"))


def add_version(files: dict[str, bytes], script: str) -> dict[str, bytes]:
    """Add the service worker, which knows every file's digest, and the mark of a site."""
    listed = {name: [_digest(data), len(data)] for name, data in files.items() if not name.endswith(NEVER_ASKED)}
    version = _digest(_dump(listed) + script.encode())
    large = {name: entry for name, entry in listed.items() if name.startswith(LARGE) and not name.endswith(".mjs")}
    small = {name: entry for name, entry in listed.items() if name not in large}
    site = _dump({"version": version, "small": small, "large": large}).decode()
    files = {**files, ".nojekyll": b"", WORKER: f"self.SITE = {site};\n\n{script}".encode()}
    mark = {"program": "vae-faces", "version": version, "files": sorted({*files, MARK})}
    return {**files, MARK: json.dumps(mark, indent=1).encode() + b"\n"}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _dump(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
