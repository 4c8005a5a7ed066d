"""Statuses that are believed, and those that are not."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.errors import Reason, RefusedError, StorageError
from edge.publish.fleet import FleetMembers
from edge.publish.fleet.registry import FleetRegistry, Posted
from edge.publish.fleet.status_db import StatusDb
from edge.records import IslandState, PopIsland, PopStatus
from edge.trust import PopSigner

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
AMS, OTHER = PopSigner(b"a" * 32), PopSigner(b"o" * 32)


def document(**fields: Any) -> bytes:
    """A status of the PoP `ams`."""
    island = PopIsland(island="acme/drop", state=IslandState.FRESH, since=NOW, revision=3, highest_revision=3)
    defaults: dict[str, Any] = {"pop": "ams", "run": 5, "sequence": 7, "time": NOW, "interval_s": 30.0}
    return msgspec.json.encode(PopStatus(**(defaults | {"islands": (island,)} | fields)))


def posted(data: bytes, signer: PopSigner = AMS, **fields: str) -> Posted:
    """The document as its PoP posts it."""
    defaults = {"pop": "ams", "key": signer.public.hex(), "signature": signer.sign(data).hex()}
    return Posted(document=data, **(defaults | fields))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FleetRegistry]:
    """A desk that knows `ams`."""
    FleetMembers(tmp_path).add("ams", AMS.public.hex())
    desk = FleetRegistry(tmp_path, StatusDb.open_or_begin_anew(tmp_path))
    yield desk
    desk.statuses.close()


def last(desk: FleetRegistry) -> tuple[int, int] | None:
    """Run and sequence of the newest that is held of `ams`."""
    heard = desk.fleet()["ams"]
    return (heard.status.run, heard.status.sequence) if heard else None


def test_status_is_kept(desk: FleetRegistry) -> None:
    """With the moment at which it arrived here."""
    desk.accept(posted(document()), now=NOW + timedelta(seconds=2))
    heard = desk.fleet()["ams"]

    assert heard is not None
    assert (NOW + timedelta(seconds=2), -2.0) == (heard.at, heard.clock_ahead_s)
    assert (3, IslandState.FRESH) == (heard.status.islands[0].revision, heard.status.islands[0].state)


NEWER = {"the next": (5, 8), "a later one": (5, 100), "the first of the next run": (6, 1)}
REPLAYED = {"the same": (5, 7), "the one before": (5, 6), "the last of an earlier run": (4, 1000)}


@pytest.mark.parametrize("case", NEWER)
def test_newer_takes_its_place(desk: FleetRegistry, case: str) -> None:
    """Only the newest is held."""
    desk.accept(posted(document()), now=NOW)
    run, sequence = NEWER[case]
    desk.accept(posted(document(run=run, sequence=sequence)), now=NOW)

    assert NEWER[case] == last(desk)


@pytest.mark.parametrize("case", REPLAYED)
def test_replayed_is_refused(desk: FleetRegistry, tmp_path: Path, case: str) -> None:
    """Also by a server that was started since."""
    desk.accept(posted(document()), now=NOW)
    run, sequence = REPLAYED[case]
    again = FleetRegistry(tmp_path, StatusDb(tmp_path))

    for one in (desk, again):
        with pytest.raises(RefusedError) as caught:
            one.accept(posted(document(run=run, sequence=sequence)), now=NOW)
        assert Reason.REPLAYED is caught.value.reason
        assert f"status {run}.{sequence} of PoP 'ams' is not newer than 5.7" == caught.value.text
        assert (5, 7) == last(one)
    again.statuses.close()


def huge_island(**fields: Any) -> bytes:
    """A status whose one island is bent."""
    island = {"island": "acme/drop", "state": "fresh", "since": "2026-09-01T12:00:00Z", **fields}
    return msgspec.json.encode(msgspec.json.decode(document()) | {"islands": [island]})


FORGED: dict[str, tuple[Posted, str, str]] = {
    "another's signature under the PoP's key": (
        posted(document(), OTHER, key=AMS.public.hex()),
        "signature_invalid",
        "the signature of 64 bytes under the status is not by key ",
    ),
    "another's signature and key": (posted(document(), OTHER), "signature_invalid", "PoP 'ams' is known here by key "),
    "a PoP that is not known": (
        posted(document(pop="fra"), OTHER, pop="fra"),
        "pop_unknown",
        f"PoP 'fra' is not known here; if it is yours, run: skerry publisher pops add fra --key {OTHER.public.hex()}",
    ),
    "changed on the way": (
        msgspec.structs.replace(posted(document()), document=document(sequence=8)),
        "signature_invalid",
        "the signature of 64 bytes under the status is not by key ",
    ),
    "another PoP's status under this one's key": (
        posted(document(pop="fra")),
        "malformed",
        "the status is of PoP 'fra', expected 'ams'",
    ),
    "no name": (posted(document(), pop=""), "malformed", "a status is signed by headers with "),
    "a name that leads elsewhere": (posted(document(), pop="../x"), "malformed", "a status is signed by headers with "),
    "a key of other digits": (posted(document(), key="AB" * 32), "malformed", "a status is signed by headers with "),
    "a signature of other digits": (
        posted(document(), signature="zz" * 64),
        "malformed",
        "a status is signed by headers with ",
    ),
    "no JSON": (posted(b"\xff\xfe"), "malformed", "the document is not a status: "),
    "nothing": (posted(b""), "malformed", "the document is not a status: "),
    "another JSON": (posted(b"[]"), "malformed", "the document is not a status: "),
    "deep JSON": (posted(b"[" * 100_000), "malformed", "the document is not a status: "),
    "silence for a year": (posted(document(interval_s=3e7)), "malformed", "the document is not a status: "),
    "no time between posts": (posted(document(interval_s=0)), "malformed", "the document is not a status: "),
    "a number beyond any": (posted(document(sequence=2**53)), "malformed", "the document is not a status: "),
    "a time without zone": (posted(document(time=NOW.replace(tzinfo=None))), "malformed", "the document is not a "),
    "an island that is none": (posted(huge_island(island="../keys")), "malformed", "the document is not a status: "),
    "an error of a kilobyte": (posted(huge_island(last_error="e" * 999)), "malformed", "the document is not a "),
    "a state that is none": (posted(huge_island(state="fine")), "malformed", "the document is not a status: "),
    "patterns without end": (posted(document(serves=("*",) * 3000)), "malformed", "the document is not a status: "),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_is_not_believed(desk: FleetRegistry, case: str) -> None:
    """It is refused, says why, and changes nothing."""
    post, reason, text = FORGED[case]
    with pytest.raises(RefusedError) as caught:
        desk.accept(post, now=NOW)

    assert reason == caught.value.reason
    assert caught.value.text.startswith(text)
    assert {"ams": None} == desk.fleet()


def test_unknown_fields_are_skipped(desk: FleetRegistry) -> None:
    """PoPs may be newer than their publisher."""
    data = msgspec.json.encode(msgspec.json.decode(document()) | {"mood": "good"})
    desk.accept(posted(data), now=NOW)

    assert (5, 7) == last(desk)


def test_first_key_is_adopted_where_the_operator_said_so(tmp_path: Path) -> None:
    """The second under the same name is not, and a bad first status adopts nothing."""
    desk = FleetRegistry(tmp_path, StatusDb(tmp_path), adopts=True)
    with pytest.raises(RefusedError):
        desk.accept(posted(b"{}"), now=NOW)
    assert {} == desk.fleet()
    desk.accept(posted(document()), now=NOW)
    with pytest.raises(RefusedError, match=r"^PoP 'ams' is known here by key "):
        desk.accept(posted(document(run=9), OTHER), now=NOW)

    assert (5, 7) == last(desk)
    assert AMS.public == FleetMembers(tmp_path).key("ams")
    desk.statuses.close()


def test_new_key_begins_anew(desk: FleetRegistry, tmp_path: Path) -> None:
    """What the old key said is no longer believed, and its numbers bind nobody."""
    desk.accept(posted(document(run=900)), now=NOW)
    FleetMembers(tmp_path).add("ams", OTHER.public.hex())
    assert {"ams": None} == desk.fleet()
    desk.accept(posted(document(), OTHER), now=NOW)

    assert (5, 7) == last(desk)


def test_forgotten_pop(desk: FleetRegistry, tmp_path: Path) -> None:
    """Nothing is left of a forgotten PoP; another open reader sees that, and sees what the PoP reports later."""
    reader = FleetRegistry(tmp_path, StatusDb(tmp_path))
    desk.accept(posted(document()), now=NOW)
    assert (5, 7) == last(reader)
    desk.statuses.forget("ams")
    assert {"ams": None} == reader.fleet()
    desk.accept(posted(document(sequence=1)), now=NOW)

    assert (5, 1) == last(reader)
    reader.statuses.close()


def test_damaged_book_is_begun_anew_by_the_server(desk: FleetRegistry, tmp_path: Path) -> None:
    """The server sets the damaged file aside and starts a new one; a command only reports the damage."""
    desk.accept(posted(document()), now=NOW)
    desk.statuses.close()
    (tmp_path / "fleet.db").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    with pytest.raises(StorageError, match=r"fleet.db is damaged: file is not a database$"):
        StatusDb(tmp_path)
    again = FleetRegistry(tmp_path, StatusDb.open_or_begin_anew(tmp_path))
    again.accept(posted(document()), now=NOW)

    assert (5, 7) == last(again)
    assert (tmp_path / "fleet.db.damaged").exists()
    again.statuses.close()


def test_row_of_another_release(desk: FleetRegistry, tmp_path: Path) -> None:
    """It counts as never heard until the PoP's next status."""
    desk.accept(posted(document()), now=NOW)
    connection = sqlite3.connect(tmp_path / "fleet.db")
    connection.execute("UPDATE heard SET document = '{}'")
    connection.commit()
    connection.close()
    reader = FleetRegistry(tmp_path, StatusDb(tmp_path))

    assert {"ams": None} == reader.fleet()
    reader.statuses.close()


def test_invited_pop_becomes_a_member_with_its_first_status(desk: FleetRegistry, tmp_path: Path) -> None:
    """Until then nobody waits for it; under another key it is a stranger."""
    members = FleetMembers(tmp_path)
    members.invite("fra", OTHER.public.hex())
    data = document(pop="fra")

    assert ["ams"] == members.names()
    with pytest.raises(RefusedError, match="is not known here"):
        desk.accept(posted(data, AMS, pop="fra"), now=NOW)
    desk.accept(posted(data, OTHER, pop="fra"), now=NOW)
    assert (["ams", "fra"], OTHER.public) == (members.names(), members.key("fra"))
    assert not members.is_invited("fra", OTHER.public.hex())
