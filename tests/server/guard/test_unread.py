"""Calls whose answers nobody fetches leave nothing behind but the newest ones."""

from types import SimpleNamespace
from typing import Any

from gradio.server_messages import EstimationMessage
from starlette.testclient import TestClient

from server.limits import MOST_STATES, MOST_UNREAD, MOST_UNREAD_ESTIMATES, MOST_WAITING


def test_answers_that_nobody_fetches_are_forgotten(client: TestClient) -> None:
    blocks: Any = client.app.get_blocks()  # type: ignore[attr-defined]
    for _ in range(MOST_UNREAD + 60):
        status = client.post("/gradio_api/call/sample", json={"data": ["x", 1, "standard", 1]}).status_code
        assert status in (200, 503)  # 503: too many wait
    kept = (
        blocks._queue.pending_messages_per_session,
        blocks._queue.pending_event_ids_session,
    )
    assert all(len(each) <= MOST_UNREAD for each in kept)
    assert len(blocks.state_holder.session_data) <= MOST_STATES
    assert len(blocks._queue) <= MOST_WAITING
    call = client.post("/gradio_api/call/sample", json={"data": [1, 1, "standard", 1]}).json()
    assert "event: complete" in client.get(f"/gradio_api/call/sample/{call['event_id']}").text


def test_estimates_that_nobody_fetches_are_dropped(client: TestClient) -> None:
    queue = client.app.get_blocks()._queue  # type: ignore[attr-defined]
    call = client.post("/gradio_api/call/sample", json={"data": [1, 1, "standard", 1]}).json()
    event = SimpleNamespace(_id=call["event_id"], session_hash=call["event_id"], alive=True)
    for rank in range(50):
        queue.send_message(event, EstimationMessage(rank=rank, queue_size=50))
    assert queue.pending_messages_per_session[event.session_hash].qsize() <= MOST_UNREAD_ESTIMATES + 4  # and its own
    assert "event: complete" in client.get(f"/gradio_api/call/sample/{call['event_id']}").text
