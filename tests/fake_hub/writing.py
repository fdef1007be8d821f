"""What a Hub does when it is told to: create, take files, commit, branch and tag."""

import base64
import json
from typing import Any

from tests.fake_hub.answers import Answer, RefusedError, told
from tests.fake_hub.people import Person, require_writer
from tests.fake_hub.repositories import Blob, Repository, is_large

PREFIX = {"model": "", "space": "spaces/", "dataset": "datasets/"}


def create(repositories: dict[tuple[str, str], Repository], person: Person | None, wish: dict, url: str) -> Answer:
    """POST /api/repos/create. 409, with the address, for what is there already."""
    kind, namespace = wish.get("type") or "model", wish.get("organization") or (person.name if person else "")
    require_writer(person, namespace, f"create a {kind}")
    name = f"{namespace}/{wish['name']}"
    address = f"{url}/{PREFIX[kind]}{name}"
    if (kind, name) in repositories:
        raise RefusedError(409, f"You already created this {kind} repo", url=address)
    variables = {entry["key"]: entry for entry in wish.get("variables", [])}
    private = bool(wish.get("private")) or wish.get("visibility") == "private"
    repositories[kind, name] = Repository(name, kind, private, sdk=wish.get("sdk"), variables=variables)
    return told({"url": address, "name": name, "id": "3" * 24})


def preupload(repository: Repository, revision: str, wish: dict) -> Answer:
    """POST .../preupload/REVISION: how each file is to come, and what is there in its place."""
    commit = repository.at(revision)
    files = [
        {
            "path": entry["path"],
            "uploadMode": "lfs" if is_large(entry["path"], entry["size"]) else "regular",
            "shouldIgnore": False,
            "oid": commit.files[entry["path"]].etag if entry["path"] in commit.files else None,
        }
        for entry in wish["files"]
    ]
    return told({"files": files, "commitOid": commit.oid})


def lfs_batch(objects: dict[str, bytes], wish: dict, url: str) -> Answer:
    """POST .../info/lfs/objects/batch: where each object goes that is not here yet."""
    found = []
    for entry in wish["objects"]:
        wanted = {"oid": entry["oid"], "size": entry["size"], "authenticated": True}
        if entry["oid"] not in objects:
            actions = {
                "upload": {"href": f"{url}/lfs-upload/{entry['oid']}", "header": {}},
                "verify": {"href": f"{url}/lfs-verify", "header": {}},
            }
            wanted["actions"] = actions
        found.append(wanted)
    return told({"transfer": "basic", "objects": found}, **{"Content-Type": "application/vnd.git-lfs+json"})


def store(objects: dict[str, bytes], oid: str, data: bytes) -> Answer:
    """PUT of an object's bytes. Raises RefusedError where they are others than announced."""
    if Blob(data).sha256 != oid:
        raise RefusedError(400, "The provided 'x-amz-content-sha256' header does not match what was computed.")
    objects[oid] = data
    return Answer(200, b"", {"ETag": f'"{oid[:32]}"'})


def verify(objects: dict[str, bytes], wish: dict) -> Answer:
    """POST after an upload. Raises RefusedError where the object is not here, whole."""
    if len(objects.get(wish["oid"], b"")) != wish["size"]:
        raise RefusedError(404, "Object does not exist")
    return told({})


def commit(repository: Repository, revision: str, body: bytes, objects: dict[str, bytes], by: Person) -> Answer:
    """POST .../commit/BRANCH: what the lines of JSON say. Even nothing makes a commit: the client has to see to it."""
    if revision not in repository.commits:
        raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    lines = [json.loads(line) for line in body.splitlines()]
    header = lines[0]["value"]
    parent = repository.at(revision)
    if header.get("parentCommit") not in (None, parent.oid):
        raise RefusedError(412, "A commit has happened since. Please refresh and try again.")
    files = dict(parent.files)
    for line in lines[1:]:
        _apply(files, line["key"], line["value"], objects)
    made = repository.commit(revision, files, header["summary"], header.get("description", ""), by.name)
    address = f"/{PREFIX[repository.kind]}{repository.name}/commit/{made.oid}"
    return told({"success": True, "commitOid": made.oid, "commitUrl": address, "hookOutput": ""})


def _apply(files: dict[str, Blob], key: str, value: dict[str, Any], objects: dict[str, bytes]) -> None:
    path = value["path"]
    if key == "file":
        files[path] = Blob(base64.b64decode(value["content"]))
    elif key == "lfsFile":
        if value["oid"] not in objects:
            raise RefusedError(400, f"LFS object {value['oid']} of {path} was not uploaded")
        files[path] = Blob(objects[value["oid"]], large=True)
    elif key == "deletedFile":
        if files.pop(path, None) is None:
            raise RefusedError(404, "A file with this name doesn't exist", "EntryNotFound")
    elif key == "deletedFolder":
        for inside in [name for name in files if name.startswith(f"{path.rstrip('/')}/")]:
            del files[inside]


def branch(repository: Repository, name: str, wish: dict) -> Answer:
    """POST .../branch/NAME."""
    if name in repository.commits:
        raise RefusedError(409, f"Reference already exists: {name}")
    start = repository.at(wish.get("startingPoint", "main"))
    whole = next(branch for branch in repository.commits.values() if start in branch)
    repository.commits[name] = whole[: whole.index(start) + 1]
    return told({})


def tag(repository: Repository, revision: str, wish: dict) -> Answer:
    """POST .../tag/REVISION."""
    if wish["tag"] in repository.tags:
        raise RefusedError(409, f"Tag already exists: {wish['tag']}")
    repository.tags[wish["tag"]] = repository.at(revision).oid
    return told({})
