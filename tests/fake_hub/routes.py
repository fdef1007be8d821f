"""Requests, the state of a Hub, and which function answers which path."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fake_hub import accounts, collections, downloads, metadata, uploads
from tests.fake_hub.accounts import Account
from tests.fake_hub.collections import Collections
from tests.fake_hub.repositories import Repository
from tests.fake_hub.responses import RefusedError, Response, json_response

REPOSITORY = r"(?P<prefix>spaces/|datasets/)?(?P<name>[^/]+/[^/]+)"
FILE = re.compile(rf"/{REPOSITORY}/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
BATCH = re.compile(rf"/{REPOSITORY}\.git/info/lfs/objects/batch")
API = re.compile(
    r"/api/(?P<kind>model|space|dataset)s/(?P<name>[^/]+/[^/]+)"
    r"(?:/(?P<action>[^/]+)(?:/(?P<revision>[^/]+)(?:/(?P<path>.+))?)?)?"
)


class Call(NamedTuple):
    """A parsed request."""

    method: str
    path: str  # with its query
    body: bytes
    authorization: str | None

    @property
    def json(self) -> Any:
        """Body as JSON; {} if it is empty."""
        return json.loads(self.body) if self.body else {}

    @property
    def query(self) -> dict[str, list[str]]:
        """Parameters of the path."""
        return parse_qs(urlsplit(self.path).query)


@dataclass
class State:
    """Everything that a Hub stores."""

    url: str = ""  # of the Hub
    store: str = ""  # of the host with its large files
    repositories: dict[tuple[str, str], Repository] = field(default_factory=dict)  # by kind and name
    objects: dict[str, bytes] = field(default_factory=dict)  # large files, by sha256
    collections: Collections = field(default_factory=dict)


def answer(state: State, call: Call) -> Response:
    """Answer a request. Raises RefusedError if it is not allowed, or there is nothing at this path."""
    path = urlsplit(call.path).path
    if path.startswith("/lfs"):
        return _answer_store(state, call, path)
    account = accounts.authenticate(call.authorization)
    if path == "/api/whoami-v2":
        return json_response(accounts.whoami(account))
    if path == "/api/validate-yaml":
        return metadata.validate(call.json["content"], call.json.get("repoType", "model"))
    if path == "/api/repos/create":
        return uploads.create(state.repositories, account, call.json, state.url)
    if path == "/api/models":
        return downloads.list_models(state.repositories.values(), account, call.query)
    if path.startswith("/api/collections"):
        rest = unquote(path.removeprefix("/api/collections").strip("/"))
        request = (call.method, rest)
        return collections.answer(state.collections, state.repositories, request, call.query, call.json, account)
    return _answer_repository(state, call, path, account)


def _answer_repository(state: State, call: Call, path: str, account: Account | None) -> Response:
    if match := FILE.fullmatch(path):
        repository = _find(state, match, account)
        accounts.require_access(account, repository)
        return downloads.file(repository, unquote(match["revision"]), unquote(match["path"]), state.store)
    if match := BATCH.fullmatch(path):
        repository = _find(state, match, account)
        accounts.require_writer(account, repository.namespace, "upload files")
        return uploads.lfs_batch(state.objects, call.json, state.url)
    if match := API.fullmatch(path):
        repository = _find(state, match, account)
        revision, inside = unquote(match["revision"] or "main"), unquote(match["path"] or "")
        if match["action"] == "auth-check":
            return _check_access(repository, account, writing=match["revision"] == "write")
        if call.method == "GET" or match["action"] == "paths-info":
            return _read(repository, match["action"], revision, inside, call)
        return _write(state, repository, match["action"], revision, call, account)
    raise RefusedError(404, f"Cannot {call.method} {path}")


def _find(state: State, match: re.Match[str], account: Account | None) -> Repository:
    groups = match.groupdict()
    kind = groups.get("kind") or (groups.get("prefix") or "models/").rstrip("/").removesuffix("s")
    return accounts.require_reader(account, state.repositories.get((kind, unquote(groups["name"]))))


def _answer_store(state: State, call: Call, path: str) -> Response:
    """Answer for the host with the large files. It needs no tokens: its addresses are secrets."""
    oid = path.split("/")[2] if path.count("/") > 1 else ""
    if path.startswith("/lfs-upload/"):
        return uploads.store(state.objects, oid, call.body)
    if path == "/lfs-verify":
        return uploads.verify(state.objects, call.json)
    if oid not in state.objects:
        raise RefusedError(404, "Object does not exist")
    return Response(200, state.objects[oid], {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})


def _check_access(repository: Repository, account: Account | None, *, writing: bool) -> Response:
    accounts.require_access(account, repository)
    if writing:
        accounts.require_writer(account, repository.namespace, f"write to {repository.name}")
    return json_response({})


def _read(repository: Repository, action: str | None, revision: str, inside: str, call: Call) -> Response:
    if action == "refs":
        return downloads.refs(repository)
    if action == "commits":
        return downloads.commits(repository, revision)
    if action == "variables":
        return json_response(repository.variables)
    commit = repository.at(revision)
    if action == "tree":
        recursive = call.query.get("recursive", [""])[0].lower() == "true"
        return json_response(downloads.list_tree(commit, inside, recursive))
    if action == "paths-info":
        return json_response(downloads.paths_info(commit, parse_qs(call.body.decode())["paths"]))
    return json_response(downloads.info(repository, commit, "blobs" in call.query))


def _write(
    state: State, repository: Repository, action: str | None, revision: str, call: Call, account: Account | None
) -> Response:
    writer = accounts.require_writer(account, repository.namespace, f"change {repository.name}")
    if action == "preupload":
        return uploads.preupload(repository, revision, call.json)
    if action == "commit":
        return uploads.commit(repository, revision, call.body, state.objects, writer)
    if action == "branch":
        return uploads.branch(repository, revision, call.json)
    if action == "tag":
        return uploads.tag(repository, revision, call.json)
    if action == "variables":
        repository.variables[call.json["key"]] = call.json
        return json_response(repository.variables)
    if action == "settings":
        visibility = call.json.get("visibility", "private" if repository.private else "public")
        repository.private = visibility == "private"
        repository.gated = bool(call.json.get("gated", repository.gated))
        return json_response({"private": repository.private, "gated": repository.gated})
    raise RefusedError(404, f"Cannot {call.method} {action}")
