"""Collections of repositories."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.fake_hub.accounts import Account, require_writer
from tests.fake_hub.repositories import Repository
from tests.fake_hub.responses import RefusedError, Response, json_response

Collections = dict[str, dict[str, Any]]  # by slug


def answer(
    collections: Collections,
    repositories: dict[tuple[str, str], Repository],
    ask: tuple[str, str],
    query: dict,
    body: dict,
    account: Account | None,
) -> Response:
    """Answer a request for /api/collections; `ask` is its method and the rest of its path."""
    method, rest = ask
    if not rest:
        return create(collections, body, account) if method == "POST" else json_response(_list(collections, query))
    slug, items = rest.removesuffix("/items"), rest.endswith("/items")
    if slug not in collections:
        raise RefusedError(404, "Collection not found")
    if method == "GET":
        return json_response(collections[slug])
    require_writer(account, slug.partition("/")[0], "change a collection")
    if items:
        return add(collections[slug], repositories, body)
    collections[slug].update(body)
    return json_response(collections[slug])


def create(collections: Collections, body: dict, account: Account | None) -> Response:
    """Answer POST /api/collections: 409, with its slug, if there is one with this title."""
    namespace, title = body["namespace"], body["title"]
    require_writer(account, namespace, "create a collection")
    if len(body.get("description", "")) > 150:
        raise RefusedError(400, "description must be at most 150 characters")
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    slug = f"{namespace}/{name}-{'4' * 24}"
    if slug in collections:
        raise RefusedError(409, "This collection already exists", slug=slug)
    collections[slug] = {
        "slug": slug,
        "title": title,
        "description": body.get("description"),
        "owner": {"name": namespace},
        "items": [],
        "lastUpdated": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "position": len(collections),
        "private": body.get("private", False),
        "theme": "green",
        "upvotes": 0,
    }
    return json_response(collections[slug])


def add(collection: dict[str, Any], repositories: dict[tuple[str, str], Repository], body: dict) -> Response:
    """Answer POST /api/collections/SLUG/items: 409 for a member, 404 for a repository that does not exist."""
    kind, name = body["item"]["type"], body["item"]["id"]
    if (kind, name) not in repositories:
        raise RefusedError(404, f"{kind} {name} not found")
    items = collection["items"]
    if any((item["type"], item["id"]) == (kind, name) for item in items):
        raise RefusedError(409, "This item is in the collection already")
    note = {"note": {"text": body["note"], "html": body["note"]}} if "note" in body else {}
    items.append({"_id": f"{len(items):024x}", "id": name, "type": kind, "position": len(items), **note})
    return json_response(collection)


def _list(collections: Collections, query: dict[str, list[str]]) -> list[dict[str, Any]]:
    owners = query.get("owner", [])
    selected = [one for one in collections.values() if not owners or one["owner"]["name"] in owners]
    return [{key: value for key, value in one.items() if key != "position"} for one in selected]
