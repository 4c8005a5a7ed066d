"""Statuses are accepted or refused."""

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
    """A status of the PoP `ams`, as bytes."""
    island = PopIsland(island="acme/drop", state=IslandState.FRESH, since=NOW, revision=3, highest_revision=3)
    defaults: dict[str, Any] = {"pop": "ams", "run": 5, "sequence": 7, "time": NOW, "interval_s": 30.0}
    return msgspec.json.encode(PopStatus(**(defaults | {"islands": (island,)} | fields)))


def posted(data: bytes, signer: PopSigner = AMS, **fields: str) -> Posted:
    """`data` as its PoP posts it."""
    defaults = {"pop": "ams", "key": signer.public.hex(), "signature": signer.sign(data).hex()}
    return Posted(document=data, **(defaults | fields))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FleetRegistry]:
    """A registry with the member `ams`."""
    FleetMembers(tmp_path).add("ams", AMS.public.hex())
    registry = FleetRegistry(tmp_path, StatusDb.open_or_replace(tmp_path))
    yield registry
    registry.statuses.close()


def numbers_of_ams(registry: FleetRegistry) -> tuple[int, int] | None:
    """Run and sequence of the stored status of `ams`."""
    last = registry.fleet()["ams"]
    return (last.status.run, last.status.sequence) if last else None


def test_status_is_stored(registry: FleetRegistry) -> None:
    """It is stored with the time at which it arrived."""
    registry.accept(posted(document()), now=NOW + timedelta(seconds=2))
    last = registry.fleet()["ams"]

    assert last is not None
    assert (NOW + timedelta(seconds=2), -2.0) == (last.at, last.clock_ahead_s)
    assert (3, IslandState.FRESH) == (last.status.islands[0].revision, last.status.islands[0].state)


NEWER = {"the next": (5, 8), "a later one": (5, 100), "the first of the next run": (6, 1)}
REPLAYED = {"the same": (5, 7), "the one before": (5, 6), "the last of an earlier run": (4, 1000)}


@pytest.mark.parametrize("case", NEWER)
def test_newer_status_replaces_the_one_before(registry: FleetRegistry, case: str) -> None:
    """Only the newest status is stored."""
    registry.accept(posted(document()), now=NOW)
    run, sequence = NEWER[case]
    registry.accept(posted(document(run=run, sequence=sequence)), now=NOW)

    assert NEWER[case] == numbers_of_ams(registry)


@pytest.mark.parametrize("case", REPLAYED)
def test_replay_is_refused(registry: FleetRegistry, tmp_path: Path, case: str) -> None:
    """A restarted server refuses it too."""
    registry.accept(posted(document()), now=NOW)
    run, sequence = REPLAYED[case]
    again = FleetRegistry(tmp_path, StatusDb(tmp_path))

    for either in (registry, again):
        with pytest.raises(RefusedError) as caught:
            either.accept(posted(document(run=run, sequence=sequence)), now=NOW)
        assert Reason.REPLAYED is caught.value.reason
        assert f"status {run}.{sequence} of PoP 'ams' is a replay, expected one newer than 5.7" == caught.value.text
        assert (5, 7) == numbers_of_ams(either)
    again.statuses.close()


def with_faulty_island(**fields: Any) -> bytes:
    """A status whose only island breaks a rule."""
    island = {"island": "acme/drop", "state": "fresh", "since": "2026-09-01T12:00:00Z", **fields}
    return msgspec.json.encode(msgspec.json.decode(document()) | {"islands": [island]})


FORGED: dict[str, tuple[Posted, str, str]] = {
    "another's signature under the PoP's key": (
        posted(document(), OTHER, key=AMS.public.hex()),
        "signature_invalid",
        "the signature of 64 bytes under the status is not by key ",
    ),
    "another's signature and key": (
        posted(document(), OTHER),
        "signature_invalid",
        "another PoP has the name 'ams': give this ",
    ),
    "a PoP that is not known": (
        posted(document(pop="fra"), OTHER, pop="fra"),
        "pop_unknown",
        "PoP 'fra' is not known to this publisher; if this PoP is yours, run: skerry publisher pops add fra --key ",
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
    "no name": (posted(document(), pop=""), "malformed", "a header is missing or malformed, "),
    "a name that leads elsewhere": (posted(document(), pop="../x"), "malformed", "a header is missing or malformed, "),
    "a key of other digits": (posted(document(), key="AB" * 32), "malformed", "a header is missing or malformed, "),
    "a signature of other digits": (
        posted(document(), signature="zz" * 64),
        "malformed",
        "a header is missing or malformed, ",
    ),
    "no JSON": (posted(b"\xff\xfe"), "malformed", "the document is not a status: "),
    "nothing": (posted(b""), "malformed", "the document is not a status: "),
    "another JSON": (posted(b"[]"), "malformed", "the document is not a status: "),
    "deep JSON": (posted(b"[" * 100_000), "malformed", "the document is not a status: "),
    "silence for a year": (posted(document(interval_s=3e7)), "malformed", "the document is not a status: "),
    "no time between posts": (posted(document(interval_s=0)), "malformed", "the document is not a status: "),
    "a sequence that is too large": (posted(document(sequence=2**53)), "malformed", "the document is not a status: "),
    "a time without zone": (posted(document(time=NOW.replace(tzinfo=None))), "malformed", "the document is not a "),
    "a malformed name of an island": (
        posted(with_faulty_island(island="../keys")),
        "malformed",
        "the document is not a status: ",
    ),
    "an error of a kilobyte": (posted(with_faulty_island(last_error="e" * 999)), "malformed", "the document is not a "),
    "an unknown state": (posted(with_faulty_island(state="fine")), "malformed", "the document is not a status: "),
    "too many patterns": (posted(document(serves=("*",) * 3000)), "malformed", "the document is not a status: "),
}


@pytest.mark.parametrize("case", FORGED)
def test_status_is_refused(registry: FleetRegistry, case: str) -> None:
    """The error says why, and nothing is stored."""
    post, reason, text = FORGED[case]
    with pytest.raises(RefusedError) as caught:
        registry.accept(post, now=NOW)

    assert reason == caught.value.reason
    assert caught.value.text.startswith(text)
    assert {"ams": None} == registry.fleet()


@pytest.mark.parametrize("pop", ["ams", "fra"], ids=["another key", "an unknown PoP"])
def test_refusal_ends_with_the_command_that_admits_the_pop(registry: FleetRegistry, tmp_path: Path, pop: str) -> None:
    """The command names the publisher's home, so that it works from any folder."""
    with pytest.raises(RefusedError) as caught:
        registry.accept(posted(document(pop=pop), OTHER, pop=pop), now=NOW)

    assert caught.value.text.endswith(
        f"run: skerry publisher pops add {pop} --key {OTHER.public.hex()} --home {tmp_path}"
    )


def test_refusal_tells_a_stranger_no_more_than_needed(registry: FleetRegistry) -> None:
    """A sender under a taken name does not learn the key of the PoP that has it, or whether that is up."""
    registry.accept(posted(document()), now=NOW)
    with pytest.raises(RefusedError) as caught:
        registry.accept(posted(document(run=9), OTHER), now=NOW)

    assert AMS.public.hex() not in caught.value.text
    assert str(NOW.year) not in caught.value.text


def test_accepted_status_is_given_back(registry: FleetRegistry) -> None:
    """It is the one that is stored, so that nobody has to read it again."""
    last = registry.accept(posted(document()), now=NOW)

    assert registry.fleet()["ams"] == last


def test_unknown_fields_are_skipped(registry: FleetRegistry) -> None:
    """A PoP may be newer than its publisher."""
    data = msgspec.json.encode(msgspec.json.decode(document()) | {"mood": "good"})
    registry.accept(posted(data), now=NOW)

    assert (5, 7) == numbers_of_ams(registry)


def test_first_key_is_adopted_with_adopts(tmp_path: Path) -> None:
    """A second key under the same name is refused, and a malformed first status adopts nothing."""
    registry = FleetRegistry(tmp_path, StatusDb(tmp_path), adopts=True)
    with pytest.raises(RefusedError):
        registry.accept(posted(b"{}"), now=NOW)
    assert {} == registry.fleet()
    registry.accept(posted(document()), now=NOW)
    with pytest.raises(RefusedError, match=r"^another PoP has the name 'ams': "):
        registry.accept(posted(document(run=9), OTHER), now=NOW)

    assert (5, 7) == numbers_of_ams(registry)
    assert AMS.public == FleetMembers(tmp_path).key("ams")
    registry.statuses.close()


def test_member_gets_a_new_key(registry: FleetRegistry, tmp_path: Path) -> None:
    """The status by the old key no longer counts, and the new key may count runs from the start."""
    registry.accept(posted(document(run=900)), now=NOW)
    FleetMembers(tmp_path).add("ams", OTHER.public.hex())
    assert {"ams": None} == registry.fleet()
    registry.accept(posted(document(), OTHER), now=NOW)

    assert (5, 7) == numbers_of_ams(registry)


def test_forgotten_pop(registry: FleetRegistry, tmp_path: Path) -> None:
    """Its status is deleted. A reader that is open sees that, and sees the PoP's next status."""
    reader = FleetRegistry(tmp_path, StatusDb(tmp_path))
    registry.accept(posted(document()), now=NOW)
    assert (5, 7) == numbers_of_ams(reader)
    registry.statuses.forget("ams")
    assert {"ams": None} == reader.fleet()
    registry.accept(posted(document(sequence=1)), now=NOW)

    assert (5, 1) == numbers_of_ams(reader)
    reader.statuses.close()


def test_damaged_database(registry: FleetRegistry, tmp_path: Path) -> None:
    """The server moves the file aside and starts a new one; a command only reports the damage."""
    registry.accept(posted(document()), now=NOW)
    registry.statuses.close()
    (tmp_path / "fleet.db").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    with pytest.raises(StorageError, match=r"fleet.db is damaged: file is not a database$"):
        StatusDb(tmp_path)
    again = FleetRegistry(tmp_path, StatusDb.open_or_replace(tmp_path))
    again.accept(posted(document()), now=NOW)

    assert (5, 7) == numbers_of_ams(again)
    assert (tmp_path / "fleet.db.damaged").exists()
    again.statuses.close()


def test_row_of_another_release(registry: FleetRegistry, tmp_path: Path) -> None:
    """A row that cannot be decoded counts as no status, until the PoP posts again."""
    registry.accept(posted(document()), now=NOW)
    connection = sqlite3.connect(tmp_path / "fleet.db")
    connection.execute("UPDATE heard SET document = '{}'")
    connection.commit()
    connection.close()
    reader = FleetRegistry(tmp_path, StatusDb(tmp_path))

    assert {"ams": None} == reader.fleet()
    reader.statuses.close()


def test_invited_pop_becomes_a_member_with_its_first_status(registry: FleetRegistry, tmp_path: Path) -> None:
    """Until then it is not listed, and a status under another key is refused."""
    members = FleetMembers(tmp_path)
    members.invite("fra", OTHER.public.hex())
    data = document(pop="fra")

    assert ["ams"] == members.names()
    with pytest.raises(RefusedError, match="is not known to this publisher"):
        registry.accept(posted(data, AMS, pop="fra"), now=NOW)
    registry.accept(posted(data, OTHER, pop="fra"), now=NOW)
    assert (["ams", "fra"], OTHER.public) == (members.names(), members.key("fra"))
    assert not members.is_invited("fra", OTHER.public.hex())


def test_invitation_is_taken_back(registry: FleetRegistry, tmp_path: Path) -> None:
    """The PoP is a stranger then."""
    members = FleetMembers(tmp_path)
    members.invite("fra", OTHER.public.hex())
    members.remove("fra")

    with pytest.raises(RefusedError, match="is not known to this publisher"):
        registry.accept(posted(document(pop="fra"), OTHER, pop="fra"), now=NOW)
