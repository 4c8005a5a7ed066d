"""Merges of sessions at desks that take messages: as a webhook, and in a subject of NATS."""

from datetime import UTC, datetime

import msgspec
import pytest

from edge.errors import RefusedError
from edge.records.merges import MergeMessage, NamedSession
from edge.wire.desks import read_merge
from edge.wire.desks.webhook import message
from edge.wire.nats import NatsAccount
from edge.wire.nats.jetstream_origin import NatsOrigin

SESSIONS = tuple(NamedSession(island=f"northwind/{name}", session=f"named:{name}") for name in ("drop", "tour"))
MERGE = MergeMessage(
    id="m-1.merge",
    created=datetime(2026, 11, 27, tzinfo=UTC),
    pop="fra-1",
    tenant="northwind",
    merge="m-1",
    sessions=SESSIONS,
    why="the same order number",
)
UNDOING = msgspec.structs.replace(MERGE, id="m-1.undo", sessions=())
NATS = NatsAccount(servers=("nats://127.0.0.1:9",), name="ams", subject="skerry.tickets", stream="S")


@pytest.mark.parametrize(("sent", "kind"), [(MERGE, "sessions.merged"), (UNDOING, "sessions.merge_undone")])
def test_kind_of_webhook(sent: MergeMessage, kind: str) -> None:
    """It says what happened, and has the message as it was stored."""
    payload = msgspec.json.encode(sent)
    body = msgspec.json.decode(message(sent.id, payload))

    assert (kind, "2026-11-27T00:00:00Z") == (body["type"], body["timestamp"])
    assert sent == msgspec.convert(body["data"], MergeMessage)


@pytest.mark.parametrize("sent", [MERGE, UNDOING])
def test_subject(sent: MergeMessage) -> None:
    """The tenant's, with `merge` in the place of the lane."""
    subject = NatsOrigin(NATS, timeout_s=1.0)._subject_of(sent.id, msgspec.json.encode(sent))

    assert "skerry.tickets.northwind.merge" == subject


def test_stored_bytes_that_are_no_merge() -> None:
    """They are refused, and not quoted."""
    with pytest.raises(RefusedError, match=r"stored merge m-1\.merge cannot be decoded, expected one as JSON"):
        read_merge("m-1.merge", b"{}")
