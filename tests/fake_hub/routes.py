"""Which address is answered by what."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fake_hub import collecting, metadata, people, reading, writing
from tests.fake_hub.answers import Answer, RefusedError, told
from tests.fake_hub.repositories import Repository

PLACE = r"(?P<prefix>spaces/|datasets/)?(?P<name>[^/]+/[^/]+)"
FILE = re.compile(rf"/{PLACE}/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
BATCH = re.compile(rf"/{PLACE}\.git/info/lfs/objects/batch")
API = re.compile(
    r"/api/(?P<kind>model|space|dataset)s/(?P<name>[^/]+/[^/]+)(?:/(?P<verb>[^/]+)(?:/(?P<revision>[^/]+)(?:/(?P<path>.+))?)?)?"
)


class Ask(NamedTuple):
    """A request, read."""

    method: str
    path: str  # as it was sent, with its query
    body: bytes
    authorization: str | None

    @property
    def wish(self) -> Any:
        return json.loads(self.body) if self.body else {}

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)


@dataclass
class State:
    """Everything that a Hub keeps."""

    url: str = ""  # of the Hub
    store: str = ""  # of what keeps its large files: another host
    repositories: dict[tuple[str, str], Repository] = field(default_factory=dict)  # by kind and name
    objects: dict[str, bytes] = field(default_factory=dict)  # large files, by sha256
    collections: collecting.Collections = field(default_factory=dict)


def answer(state: State, ask: Ask) -> Answer:
    """The Hub's answer. Raises RefusedError for whatever is not allowed or not there."""
    path = urlsplit(ask.path).path
    if path.startswith("/lfs"):
        return _large(state, ask, path)
    person = people.known(ask.authorization)
    if path == "/api/whoami-v2":
        return told(people.who(person))
    if path == "/api/validate-yaml":
        return metadata.validate(ask.wish["content"], ask.wish.get("repoType", "model"))
    if path == "/api/repos/create":
        return writing.create(state.repositories, person, ask.wish, state.url)
    if path.startswith("/api/collections"):
        rest = unquote(path.removeprefix("/api/collections").strip("/"))
        wish = ask.wish
        return collecting.answer(state.collections, state.repositories, (ask.method, rest), ask.query, wish, person)
    if found := FILE.fullmatch(path):
        repository = _repository(state, found, person)
        people.require_access(person, repository)
        return reading.file(repository, unquote(found["revision"]), unquote(found["path"]), state.store)
    if found := BATCH.fullmatch(path):
        repository = _repository(state, found, person)
        people.require_writer(person, repository.namespace, "upload files")
        return writing.lfs_batch(state.objects, ask.wish, state.url)
    if found := API.fullmatch(path):
        repository = _repository(state, found, person)
        revision, inside = unquote(found["revision"] or "main"), unquote(found["path"] or "")
        if ask.method == "GET" or found["verb"] == "paths-info":
            return _read(repository, found["verb"], revision, inside, ask)
        return _write(state, repository, found["verb"], revision, ask, person)
    raise RefusedError(404, f"Cannot {ask.method} {path}")


def _repository(state: State, found: re.Match[str], person: people.Person | None) -> Repository:
    facts = found.groupdict()
    kind = facts.get("kind") or (facts.get("prefix") or "models/").rstrip("/").removesuffix("s")
    return people.require_reader(person, state.repositories.get((kind, unquote(facts["name"]))))


def _large(state: State, ask: Ask, path: str) -> Answer:
    """What keeps the large files asks nobody who they are: its addresses are secrets."""
    oid = path.split("/")[2] if path.count("/") > 1 else ""
    if path.startswith("/lfs-upload/"):
        return writing.store(state.objects, oid, ask.body)
    if path == "/lfs-verify":
        return writing.verify(state.objects, ask.wish)
    if oid not in state.objects:
        raise RefusedError(404, "Object does not exist")
    return Answer(200, state.objects[oid], {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})


def _read(repository: Repository, verb: str | None, revision: str, inside: str, ask: Ask) -> Answer:
    if verb == "refs":
        return reading.refs(repository)
    if verb == "commits":
        return reading.commits(repository, revision)
    if verb == "variables":
        return told(repository.variables)
    commit = repository.at(revision)
    if verb == "tree":
        return told(reading.listing(commit, inside, ask.query.get("recursive", [""])[0].lower() == "true"))
    if verb == "paths-info":
        return told(reading.paths_info(commit, parse_qs(ask.body.decode())["paths"]))
    return told(reading.info(repository, commit, "blobs" in ask.query))


def _write(
    state: State, repository: Repository, verb: str | None, revision: str, ask: Ask, person: people.Person | None
) -> Answer:
    writer = people.require_writer(person, repository.namespace, f"change {repository.name}")
    if verb == "preupload":
        return writing.preupload(repository, revision, ask.wish)
    if verb == "commit":
        return writing.commit(repository, revision, ask.body, state.objects, writer)
    if verb == "branch":
        return writing.branch(repository, revision, ask.wish)
    if verb == "tag":
        return writing.tag(repository, revision, ask.wish)
    if verb == "variables":
        repository.variables[ask.wish["key"]] = ask.wish
        return told(repository.variables)
    if verb == "settings":
        repository.private = ask.wish.get("visibility", "private" if repository.private else "public") == "private"
        repository.gated = bool(ask.wish.get("gated", repository.gated))
        return told({"private": repository.private, "gated": repository.gated})
    raise RefusedError(404, f"Cannot {ask.method} {verb}")
