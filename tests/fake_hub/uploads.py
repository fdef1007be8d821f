"""Answers to clients that write: create repositories, take files, commit, branch and tag."""

import base64
import json
from typing import Any

from tests.fake_hub.accounts import Account, require_writer
from tests.fake_hub.repositories import Blob, Kind, Repository, is_large
from tests.fake_hub.responses import RefusedError, Response, json_response

PREFIX = {"model": "", "space": "spaces/", "dataset": "datasets/"}


def create(repositories: dict[tuple[str, str], Repository], account: Account | None, body: dict, url: str) -> Response:
    """Answer POST /api/repos/create: 409, with the address, if the repository exists."""
    kind: Kind = body.get("type") or "model"
    namespace = body.get("organization") or (account.name if account else "")
    require_writer(account, namespace, f"create a {kind}")
    name = f"{namespace}/{body['name']}"
    address = f"{url}/{PREFIX[kind]}{name}"
    if (kind, name) in repositories:
        raise RefusedError(409, f"You already created this {kind} repo", url=address)
    variables = {entry["key"]: entry for entry in body.get("variables", [])}
    private = bool(body.get("private")) or body.get("visibility") == "private"
    repositories[kind, name] = Repository(name, kind, private, sdk=body.get("sdk"), variables=variables)
    return json_response({"url": address, "name": name, "id": "3" * 24})


def preupload(repository: Repository, revision: str, body: dict) -> Response:
    """Answer POST .../preupload/REVISION: how to upload each file, and its present contents."""
    commit = repository.at(revision)
    files = [
        {
            "path": entry["path"],
            "uploadMode": "lfs" if is_large(entry["path"], entry["size"]) else "regular",
            "shouldIgnore": False,
            "oid": commit.files[entry["path"]].etag if entry["path"] in commit.files else None,
        }
        for entry in body["files"]
    ]
    return json_response({"files": files, "commitOid": commit.oid})


def lfs_batch(objects: dict[str, bytes], body: dict, url: str) -> Response:
    """Answer POST .../info/lfs/objects/batch: addresses for the objects that are missing."""
    objects_needed = []
    for entry in body["objects"]:
        wanted = {"oid": entry["oid"], "size": entry["size"], "authenticated": True}
        if entry["oid"] not in objects:
            actions = {
                "upload": {"href": f"{url}/lfs-upload/{entry['oid']}", "header": {}},
                "verify": {"href": f"{url}/lfs-verify", "header": {}},
            }
            wanted["actions"] = actions
        objects_needed.append(wanted)
    return json_response({"transfer": "basic", "objects": objects_needed}, media_type="application/vnd.git-lfs+json")


def store(objects: dict[str, bytes], oid: str, data: bytes) -> Response:
    """Answer PUT of an object. Raises RefusedError if its bytes do not have the announced digest."""
    if Blob(data).sha256 != oid:
        raise RefusedError(400, "The provided 'x-amz-content-sha256' header does not match what was computed.")
    objects[oid] = data
    return Response(200, b"", {"ETag": f'"{oid[:32]}"'})


def verify(objects: dict[str, bytes], body: dict) -> Response:
    """Answer POST after an upload. Raises RefusedError if the object is missing or incomplete."""
    if len(objects.get(body["oid"], b"")) != body["size"]:
        raise RefusedError(404, "Object does not exist")
    return json_response({})


def commit(repository: Repository, revision: str, body: bytes, objects: dict[str, bytes], by: Account) -> Response:
    """Answer POST .../commit/BRANCH, lines of JSON. As on the Hub, a commit without changes is made, too."""
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
    new = repository.commit(revision, files, header["summary"], header.get("description", ""), by.name)
    address = f"/{PREFIX[repository.kind]}{repository.name}/commit/{new.oid}"
    return json_response({"success": True, "commitOid": new.oid, "commitUrl": address, "hookOutput": ""})


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


def branch(repository: Repository, name: str, body: dict) -> Response:
    """Answer POST .../branch/NAME."""
    if name in repository.commits:
        raise RefusedError(409, f"Reference already exists: {name}")
    start = repository.at(body.get("startingPoint", "main"))
    history = next(branch for branch in repository.commits.values() if start in branch)
    repository.commits[name] = history[: history.index(start) + 1]
    return json_response({})


def tag(repository: Repository, revision: str, body: dict) -> Response:
    """Answer POST .../tag/REVISION."""
    if body["tag"] in repository.tags:
        raise RefusedError(409, f"Tag already exists: {body['tag']}")
    repository.tags[body["tag"]] = repository.at(revision).oid
    return json_response({})
