"""Consents in the outbox's file: bounds, withdrawals, delivery in their class, and what is forgotten."""

from pathlib import Path

import pytest

from edge.consent import Known
from edge.errors import LimitedError, Reason, RefusedError
from edge.records import Priority
from edge.records.consent import ConsentMessage
from edge.store.consents import NewConsent
from edge.store.outbox import Bounds, Outbox, Parcel


def parcel(
    record: str,
    *,
    at: float = 100.0,
    is_given: bool = True,
    until: float = 900.0,
    forwards: bool = True,
    ends: tuple[str, ...] = (),
    subject: str = "subject-1",
) -> Parcel:
    """A consent, or a withdrawal, of one viewer."""
    known = (Known("help", int(is_given), record, at=at, expires=until, is_given=is_given, withdraws=ends),)
    consent = NewConsent(record, subject, known, until, forwards)
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
        outbox.put_many([parcel("w-1", is_given=False, ends=("r-1",)), parcel("w-2", is_given=False)])

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


def test_refused_batch_is_not_counted(state: Path) -> None:
    """A second one of the same size fits as well as the first."""
    with open_outbox(state, max_consents=2) as outbox:
        for _ in range(2):
            with pytest.raises(RefusedError, match="holds 2 consent records of 4 bytes"):
                outbox.put_many([parcel("r-1"), parcel("r-2"), parcel("r-3")])
        outbox.put_many([parcel("r-1"), parcel("r-2")])


def hostile(first: int, count: int) -> list[Parcel]:
    """Withdrawals of sessions that never agreed to anything."""
    return [parcel(f"w-{first + n}", is_given=False, subject=f"subject-{first + n}") for n in range(count)]


def test_withdrawals_of_strangers_have_a_bound(state: Path) -> None:
    """Of 30,000 the first 10,000 are stored. A withdrawal that names a consent is taken, and so are consents."""
    bound, refused = 10_000, 0
    with open_outbox(state) as outbox:
        outbox.put_many([parcel("r-1")])
        for first in range(0, bound, 1_000):
            outbox.put_many(hostile(first, 1_000))
        for one in hostile(bound, 20_000):
            with pytest.raises(LimitedError, match="holds 10000 withdrawals that end no consent it knows, expected"):
                outbox.put_many([one])
            refused += 1
        outbox.put_many([parcel("w-named", is_given=False, ends=("r-1",)), parcel("r-2")])
        assert (20_000, bound + 3) == (refused, outbox.depth())
    with open_outbox(state) as outbox, pytest.raises(LimitedError):
        outbox.put_many(hostile(bound, 1))
    with open_outbox(state, now=901.0) as outbox:
        outbox.delivered([ConsentMessage.id_of(f"w-{number}") for number in range(bound)])
        outbox.put_many(hostile(bound, 1))


def test_stranger_gets_no_room_on_a_full_disk() -> None:
    """The reserve is for deliveries, and for withdrawals that name a consent."""
    named, unnamed = parcel("w-1", is_given=False, ends=("r-1",)), parcel("w-2", is_given=False)

    assert (True, False) == (named.is_always_taken, unnamed.is_always_taken)
