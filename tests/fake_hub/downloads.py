"""Answers to clients that read: descriptions, lists and files of repositories."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import yaml

from tests.fake_hub.accounts import Account, may_see
from tests.fake_hub.repositories import Blob, Commit, Repository
from tests.fake_hub.responses import RefusedError, Response, json_response


def card_data(commit: Commit) -> dict[str, Any]:
    """Parse the front matter of a commit's README.md."""
    card = commit.files.get("README.md", Blob(b"")).data.decode()
    parts = card.split("---\n", 2)
    return (yaml.safe_load(parts[1]) or {}) if len(parts) == 3 and not parts[0] else {}


def info(repository: Repository, commit: Commit, blobs: bool) -> dict[str, Any]:
    """Return the answer of /api/models/NAME and /api/spaces/NAME."""
    card = card_data(commit)
    facts = {
        "_id": "2" * 24,
        "id": repository.name,
        "author": repository.namespace,
        "sha": commit.oid,
        "lastModified": commit.date,
        "createdAt": repository.commits["main"][0].date,
        "private": repository.private,
        "gated": "manual" if repository.gated else False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": card.get("tags", []),
        "cardData": card,
        "siblings": [_sibling(path, blob, blobs) for path, blob in sorted(commit.files.items())],
    }
    if repository.kind == "space":
        return {**facts, "sdk": repository.sdk, "models": card.get("models", [])}
    return {
        **facts,
        "modelId": repository.name,
        "pipeline_tag": card.get("pipeline_tag"),
        "library_name": card.get("library_name"),
    }


def _sibling(path: str, blob: Blob, blobs: bool) -> dict[str, Any]:
    if not blobs:
        return {"rfilename": path}
    facts = {"rfilename": path, "size": len(blob.data), "blobId": blob.oid}
    large = {"sha256": blob.sha256, "size": len(blob.data), "pointerSize": len(blob.pointer)}
    return {**facts, "lfs": large} if blob.large else facts


def list_models(repositories: Iterable[Repository], account: Account | None, query: dict[str, list[str]]) -> Response:
    """Return the answer of /api/models: models of an author whose names contain `search`."""
    author, search = query.get("author", [""])[0], query.get("search", [""])[0]
    models = [
        info(repository, repository.head, blobs=False)
        for repository in repositories
        if repository.kind == "model" and may_see(account, repository)
    ]
    return json_response(
        [facts for facts in models if search in facts["id"] and (not author or facts["author"] == author)]
    )


def list_tree(commit: Commit, folder: str, recursive: bool) -> list[dict[str, Any]]:
    """Return the answer of /tree. Raises RefusedError if there is no such folder."""
    prefix = f"{folder}/" if folder else ""
    inside = {path: blob for path, blob in commit.files.items() if path.startswith(prefix)}
    if not inside and folder:
        raise RefusedError(404, f"{folder} does not exist on this commit", "EntryNotFound")
    below = {path.removeprefix(prefix): path for path in inside}
    folders = {prefix + "/".join(rest.split("/")[:depth]) for rest in below for depth in range(1, rest.count("/") + 1)}
    files = [_entry(path, commit.files[path]) for rest, path in below.items() if recursive or "/" not in rest]
    return files + [
        {"type": "directory", "oid": "0" * 40, "size": 0, "path": path}
        for path in sorted(folders)
        if recursive or "/" not in path.removeprefix(prefix)
    ]


def paths_info(commit: Commit, paths: list[str]) -> list[dict[str, Any]]:
    """Return the answer of /paths-info: missing paths are left out."""
    return [_entry(path, commit.files[path]) for path in paths if path in commit.files]


def _entry(path: str, blob: Blob) -> dict[str, Any]:
    facts = {"type": "file", "oid": blob.oid, "size": len(blob.data), "path": path}
    large = {"oid": blob.sha256, "size": len(blob.data), "pointerSize": len(blob.pointer)}
    return {**facts, "lfs": large} if blob.large else facts


def commits(repository: Repository, revision: str) -> Response:
    """Return the answer of /commits, newest first."""
    last = repository.at(revision)
    branch = next(branch for branch in repository.commits.values() if last in branch)
    return json_response(
        [
            {
                "id": commit.oid,
                "title": commit.title,
                "message": commit.message,
                "authors": [{"user": commit.author}],
                "date": commit.date,
            }
            for commit in reversed(branch[: branch.index(last) + 1])
        ]
    )


def refs(repository: Repository) -> Response:
    """Return the answer of /refs."""
    return json_response(
        {
            "branches": [
                {"name": name, "ref": f"refs/heads/{name}", "targetCommit": branch[-1].oid}
                for name, branch in repository.commits.items()
            ],
            "converts": [],
            "tags": [
                {"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid} for name, oid in repository.tags.items()
            ],
        }
    )


def file(repository: Repository, revision: str, path: str, store: str) -> Response:
    """Return the answer of /resolve: a small file, or a redirect to a large one at `store`, another host."""
    commit = repository.at(revision)
    headers = {"X-Repo-Commit": commit.oid}
    if path not in commit.files:
        refusal = RefusedError(404, "Entry not found", "EntryNotFound").response()
        return refusal._replace(headers={**refusal.headers, **headers})
    blob = commit.files[path]
    if not blob.large:
        return Response(200, blob.data, {**headers, "ETag": f'"{blob.etag}"', "Accept-Ranges": "bytes"})
    linked = {"X-Linked-Etag": f'"{blob.etag}"', "X-Linked-Size": str(len(blob.data))}
    return Response(
        302, b"", {**headers, **linked, "Location": f"{store}/lfs/{blob.sha256}/{repository.name}/{quote(path)}"}
    )


def select_range(answer: Response, wanted: str | None) -> Response:
    """Return the part of a complete response that a Range header asks for."""
    if answer.status != 200 or not wanted or not wanted.startswith("bytes="):
        return answer
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, size = int(first), len(answer.body)
    end = min(int(last), size - 1) if last else size - 1
    if start >= size:
        return Response(416, b"", {"Content-Range": f"bytes */{size}"})
    headers = {**answer.headers, "Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(206, answer.body[start : end + 1], headers)
