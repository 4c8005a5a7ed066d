"""`edge.drill.people`: whose a record is."""

from collections.abc import Iterable

from edge.drill import Attendance, FileRecord, KnownViewers, Traces, Way, find_traces

ANN, BEN = Attendance(0, "acme/launch"), Attendance(1, "acme/launch")
ANN_LATER = Attendance(0, "acme/finale")
KNOWN = KnownViewers(
    {ANN: ["ticket-1"], BEN: ["ticket-2"], ANN_LATER: ["ticket-3"]},
    {"viewer001": 0, "198.18.0.1": 0, "198.18.0.2": 1},
)


def find(*records: dict[str, str | float]) -> Traces:
    """The traces in these records of one store."""
    return find_traces([FileRecord("store", tuple(record.items())) for record in records], KNOWN)


def values(traces: Traces, person: Attendance) -> Iterable[str]:
    """Every value that the store has of a person."""
    return {value for _, value in traces.get(person, {}).get("store", {})}


def test_record_with_an_id_is_the_viewers_whom_it_was_told() -> None:
    """With the field of each value."""
    found = find({"id": "ticket-1", "address": "10.0.0.9"})

    assert {ANN} == found.keys()
    assert "address" == found[ANN]["store"][Way.ADDRESS, "10.0.0.9"]


def test_record_is_joined_by_a_moment_that_another_has() -> None:
    """The tally has no ticket's id, but the question's time."""
    at = "2026-11-27T17:47:04.740964Z"
    found = find({"contact": "00aa11bb22cc", "began": 1795801624.740964}, {"id": "ticket-1", "created": at})

    assert "00aa11bb22cc" in values(found, ANN)


def test_moment_of_two_viewers_joins_nothing() -> None:
    """Neither of them is meant more than the other."""
    at = 1795801624.5
    found = find({"id": "ticket-1", "at": at}, {"id": "ticket-2", "at": at}, {"contact": "00aa11bb22cc", "at": at})

    assert "00aa11bb22cc" not in {*values(found, ANN), *values(found, BEN)}


def test_row_is_joined_by_the_number_that_another_table_has() -> None:
    """In one file only: the rows of another PoP have the same numbers."""
    rows = [
        FileRecord("store", (("leaves.id", "ticket-1"), ("leaves.slot", 7)), "east/some.db"),
        FileRecord("store", (("keys.slot", 7), ("keys.session", "00aa11bb22cc")), "east/some.db"),
        FileRecord("store", (("keys.slot", 7), ("keys.session", "33dd44ee55ff")), "west/some.db"),
    ]
    found = values(find_traces(rows, KNOWN), ANN)

    assert "00aa11bb22cc" in found
    assert "33dd44ee55ff" not in found


def test_record_about_two_viewers_is_nobodys() -> None:
    """A page of a list says nothing of one of them."""
    assert {} == find({"first": "ticket-1", "second": "ticket-2", "address": "198.18.0.2"})


def test_name_belongs_to_the_event_that_the_record_names() -> None:
    """By its full name, by two fields, or at the end of a log's name."""
    for named in ({"island": "acme/finale"}, {"tenant": "acme", "event": "finale"}, {"log": "east/acme/finale"}):
        assert {ANN_LATER} == find({"session": "viewer001", **named}).keys(), named


def test_name_without_an_event_counts_for_each() -> None:
    """That is for the thief: a file of names alone is a leak."""
    found = find({"peer": "198.18.0.1"})

    assert {ANN, ANN_LATER} == found.keys()
    assert all("198.18.0.1" in values(found, person) for person in found)
