"""Collections: what belongs together, in order."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.fake_hub.answers import Answer, RefusedError, told
from tests.fake_hub.people import Person, require_writer
from tests.fake_hub.repositories import Repository

Collections = dict[str, dict[str, Any]]  # by slug


def answer(
    collections: Collections,
    repositories: dict[tuple[str, str], Repository],
    ask: tuple[str, str],
    query: dict,
    wish: dict,
    person: Person | None,
) -> Answer:
    """What /api/collections... answers to (METHOD, what follows in the path)."""
    method, rest = ask
    if not rest:
        return create(collections, wish, person) if method == "POST" else told(_found(collections, query))
    slug, items = rest.removesuffix("/items"), rest.endswith("/items")
    if slug not in collections:
        raise RefusedError(404, "Collection not found")
    if method == "GET":
        return told(collections[slug])
    require_writer(person, slug.partition("/")[0], "change a collection")
    if items:
        return add(collections[slug], repositories, wish)
    collections[slug].update(wish)
    return told(collections[slug])


def create(collections: Collections, wish: dict, person: Person | None) -> Answer:
    """POST /api/collections. 409, with its slug, for a title that is there already."""
    namespace, title = wish["namespace"], wish["title"]
    require_writer(person, namespace, "create a collection")
    if len(wish.get("description", "")) > 150:
        raise RefusedError(400, "description must be at most 150 characters")
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    slug = f"{namespace}/{name}-{'4' * 24}"
    if slug in collections:
        raise RefusedError(409, "This collection already exists", slug=slug)
    collections[slug] = {
        "slug": slug,
        "title": title,
        "description": wish.get("description"),
        "owner": {"name": namespace},
        "items": [],
        "lastUpdated": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "position": len(collections),
        "private": wish.get("private", False),
        "theme": "green",
        "upvotes": 0,
    }
    return told(collections[slug])


def add(collection: dict[str, Any], repositories: dict[tuple[str, str], Repository], wish: dict) -> Answer:
    """POST /api/collections/SLUG/items. 409 for what is in it already, 404 for what does not exist."""
    kind, name = wish["item"]["type"], wish["item"]["id"]
    if (kind, name) not in repositories:
        raise RefusedError(404, f"{kind} {name} not found")
    items = collection["items"]
    if any((item["type"], item["id"]) == (kind, name) for item in items):
        raise RefusedError(409, "This item is in the collection already")
    note = {"note": {"text": wish["note"], "html": wish["note"]}} if "note" in wish else {}
    items.append({"_id": f"{len(items):024x}", "id": name, "type": kind, "position": len(items), **note})
    return told(collection)


def _found(collections: Collections, query: dict[str, list[str]]) -> list[dict[str, Any]]:
    owners = query.get("owner", [])
    found = [one for one in collections.values() if not owners or one["owner"]["name"] in owners]
    return [{key: value for key, value in one.items() if key != "position"} for one in found]
