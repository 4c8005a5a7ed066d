"""Consents in the outbox's file: bounds, withdrawals, delivery in their class, and what is forgotten."""

from pathlib import Path

import pytest

from edge.consent import Known
from edge.errors import Reason, RefusedError
from edge.records import Priority
from edge.records.consent import ConsentMessage
from edge.store.consents import NewConsent
from edge.store.outbox import Bounds, Outbox, Parcel


def parcel(
    record: str, *, at: float = 100.0, is_given: bool = True, until: float = 900.0, forwards: bool = True
) -> Parcel:
    """A consent, or a withdrawal, of one viewer."""
    known = (Known("help", int(is_given), record, at=at, expires=until, is_given=is_given),)
    consent = NewConsent(record, "subject-1", known, until, forwards)
    return Parcel(ConsentMessage.id_of(record), b"{}", Priority.CONSENT, tenant="acme", consent=consent)


NOW = 500.0


def open_outbox(state: Path, *, now: float = NOW, **bounds: int) -> Outbox:
    """An outbox at a fixed time."""
    return Outbox(state, bounds=Bounds(max_tickets=10, **bounds), clock=lambda: now)


def test_consent_leaves_between_tickets_and_telemetry(state: Path) -> None:
    """In either order."""
    with open_outbox(state) as outbox:
        outbox.put_many([Parcel("telemetry", b"1", Priority.TELEMETRY), parcel("r-1"), Parcel("ticket", b"2")])

        assert ["ticket", "r-1.consent", "telemetry"] == [entry.id for entry in outbox.due(NOW, 10)]


def test_consent_of_a_ticket_is_stored_with_it_or_not_at_all(state: Path) -> None:
    """One transaction: if there is no room for the consent, the ticket is not there either."""
    with open_outbox(state, max_consents=1) as outbox:
        outbox.put_many([Parcel("a", b"1"), parcel("r-1")])
        with pytest.raises(RefusedError, match="holds 1 consent records of 2 bytes, expected fewer than 1") as caught:
            outbox.put_many([Parcel("b", b"1"), parcel("r-2")])

        assert Reason.STORAGE is caught.value.reason
        assert ["a", "r-1.consent"] == [entry.id for entry in outbox.due(NOW, 10)]
        assert ["r-1"] == [known.record for known in outbox.consents.of(["subject-1"])]


@pytest.mark.parametrize("bounds", [{"max_consents": 1}, {"max_consent_bytes": 3}], ids=["records", "bytes"])
def test_withdrawal_is_always_taken(state: Path, bounds: dict[str, int]) -> None:
    """A full store refuses consent, drops none, and takes every withdrawal."""
    with open_outbox(state, **bounds) as outbox:
        outbox.put_many([parcel("r-1")])
        outbox.put_many([parcel("w-1", is_given=False), parcel("w-2", is_given=False)])

        assert not outbox.consents.has_room()
        assert {"r-1", "w-1", "w-2"} == {known.record for known in outbox.consents.of(["subject-1"])}


def test_room_is_promised_only_for_the_largest_record(state: Path) -> None:
    """Few bytes are left: a small record is taken, a large one is refused, and nothing is promised before."""
    with open_outbox(state, max_consent_bytes=8_193) as outbox:
        had_room = outbox.consents.has_room()
        outbox.put_many([parcel("r-1")])

        assert (True, False) == (had_room, outbox.consents.has_room())
        outbox.put_many([parcel("r-2")])


def test_bounds_are_those_of_the_file_after_a_restart(state: Path) -> None:
    """What was stored counts again."""
    with open_outbox(state, max_consents=2) as outbox:
        outbox.put_many([parcel("r-1"), parcel("r-2")])
    with open_outbox(state, max_consents=2) as outbox, pytest.raises(RefusedError):
        outbox.put_many([parcel("r-3")])


def test_full_class_of_consents_takes_tickets_and_telemetry(state: Path) -> None:
    """Its bounds are its own, and so are theirs."""
    with open_outbox(state, max_consents=1) as outbox:
        outbox.put_many([parcel("r-1")])
        outbox.put_many([Parcel(f"t-{number}", b"1") for number in range(9)])

        assert 10 == outbox.depth()


def test_delivered_consent_matters_here_until_its_end(state: Path) -> None:
    """Then its row is forgotten; one that still waits for origin is not, however old it is."""
    with open_outbox(state) as outbox:
        outbox.put_many([parcel("r-1"), parcel("r-2", until=NOW - 1)])
        outbox.delivered(["r-1.consent"])
        assert {"r-1", "r-2"} == {known.record for known in outbox.consents.of(["subject-1"])}
    with open_outbox(state, now=901.0) as outbox:
        outbox.delivered([])
        assert ["r-2"] == [known.record for known in outbox.consents.of(["subject-1"])]
        assert None is outbox.progress.find("r-1.consent")


def test_consent_for_a_desk_that_takes_none_stays_here(state: Path) -> None:
    """It does not wait for delivery, and an export finds it."""
    with open_outbox(state) as outbox:
        outbox.put_many([parcel("r-1", forwards=False)])

        assert [] == outbox.due(NOW, 10)
        assert [("r-1", b"{}")] == outbox.consents.page("", 10)


def test_repeated_record_is_stored_once(state: Path) -> None:
    """A batch that is put again after a fault changes nothing."""
    with open_outbox(state) as outbox:
        outbox.put_many([parcel("r-1")])
        outbox.put_many([parcel("r-1")])

        assert (1, 1) == (outbox.depth(), len(outbox.consents.newest(10)))
