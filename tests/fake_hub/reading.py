"""What a Hub tells of its repositories, and their files."""

from typing import Any
from urllib.parse import quote

import yaml

from tests.fake_hub.answers import Answer, RefusedError, told
from tests.fake_hub.repositories import Blob, Commit, Repository


def card_data(commit: Commit) -> dict[str, Any]:
    """The front matter of a commit's README.md, as far as it can be read."""
    card = commit.files.get("README.md", Blob(b"")).data.decode()
    parts = card.split("---\n", 2)
    return (yaml.safe_load(parts[1]) or {}) if len(parts) == 3 and not parts[0] else {}


def info(repository: Repository, commit: Commit, blobs: bool) -> dict[str, Any]:
    """What /api/models/NAME tells."""
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


def listing(commit: Commit, folder: str, recursive: bool) -> list[dict[str, Any]]:
    """What /tree tells. Raises RefusedError where there is no such folder."""
    prefix = f"{folder}/" if folder else ""
    inside = {path: blob for path, blob in commit.files.items() if path.startswith(prefix)}
    if not inside and folder:
        raise RefusedError(404, f"{folder} does not exist on this commit", "EntryNotFound")
    below = {path.removeprefix(prefix): path for path in inside}
    folders = {prefix + "/".join(rest.split("/")[:depth]) for rest in below for depth in range(1, rest.count("/") + 1)}
    found = [_entry(path, commit.files[path]) for rest, path in below.items() if recursive or "/" not in rest]
    return found + [
        {"type": "directory", "oid": "0" * 40, "size": 0, "path": path}
        for path in sorted(folders)
        if recursive or "/" not in path.removeprefix(prefix)
    ]


def paths_info(commit: Commit, paths: list[str]) -> list[dict[str, Any]]:
    """What /paths-info tells: nothing of paths that are not there."""
    return [_entry(path, commit.files[path]) for path in paths if path in commit.files]


def _entry(path: str, blob: Blob) -> dict[str, Any]:
    facts = {"type": "file", "oid": blob.oid, "size": len(blob.data), "path": path}
    large = {"oid": blob.sha256, "size": len(blob.data), "pointerSize": len(blob.pointer)}
    return {**facts, "lfs": large} if blob.large else facts


def commits(repository: Repository, revision: str) -> Answer:
    """What /commits tells: newest first."""
    last = repository.at(revision)
    branch = next(branch for branch in repository.commits.values() if last in branch)
    return told(
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


def refs(repository: Repository) -> Answer:
    """What /refs tells."""
    return told(
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


def file(repository: Repository, revision: str, path: str, store: str) -> Answer:
    """What /resolve answers: a small file, or the way to a large one in `store`, which is another host."""
    commit = repository.at(revision)
    headers = {"X-Repo-Commit": commit.oid}
    if path not in commit.files:
        refusal = RefusedError(404, "Entry not found", "EntryNotFound").answer()
        return refusal._replace(headers={**refusal.headers, **headers})
    blob = commit.files[path]
    if not blob.large:
        return Answer(200, blob.data, {**headers, "ETag": f'"{blob.etag}"', "Accept-Ranges": "bytes"})
    linked = {"X-Linked-Etag": f'"{blob.etag}"', "X-Linked-Size": str(len(blob.data))}
    return Answer(
        302, b"", {**headers, **linked, "Location": f"{store}/lfs/{blob.sha256}/{repository.name}/{quote(path)}"}
    )


def part(answer: Answer, wanted: str | None) -> Answer:
    """The bytes that a Range header asks for, of a whole answer."""
    if answer.status != 200 or not wanted or not wanted.startswith("bytes="):
        return answer
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, whole = int(first), len(answer.body)
    end = min(int(last), whole - 1) if last else whole - 1
    if start >= whole:
        return Answer(416, b"", {"Content-Range": f"bytes */{whole}"})
    headers = {**answer.headers, "Content-Range": f"bytes {start}-{end}/{whole}"}
    return Answer(206, answer.body[start : end + 1], headers)
