"""Follow-ups in the outbox: each is due after its ticket and after the follow-ups before it."""

from pathlib import Path

import pytest

from edge.store.outbox import Outbox, Parcel, follow_up_id

NOW = 1_700_000_000.0
TICKET, OTHER = "0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950f"
FIRST, SECOND = follow_up_id(TICKET, "b"), follow_up_id(TICKET, "a")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """A ticket with two follow-ups, the first of which has the later deadline, and another ticket."""
    outbox = Outbox(tmp_path, clock=lambda: NOW)
    for name, deadline in ((TICKET, 4.0), (FIRST, 3.0), (SECOND, 2.0), (OTHER, 5.0)):
        outbox.put_many([Parcel(name, b"{}", deadline=deadline)])
    return outbox


def due(outbox: Outbox) -> list[str]:
    """What may be delivered now."""
    return [entry.id for entry in outbox.due(NOW, 9)]


def test_follow_ups_leave_in_order(outbox: Outbox) -> None:
    """One after another, however urgent; other tickets do not wait for them."""
    found = [due(outbox)]
    for name in (TICKET, FIRST, SECOND):
        outbox.delivered([name])
        found.append(due(outbox))
    outbox.close()

    assert [[TICKET, OTHER], [FIRST, OTHER], [SECOND, OTHER], [OTHER]] == found


def test_follow_up_waits_for_a_ticket_that_is_postponed(outbox: Outbox) -> None:
    """It does not overtake it."""
    outbox.postpone(TICKET, until=NOW + 60, error="503")
    found = due(outbox)
    outbox.close()

    assert [OTHER] == found


def test_follow_up_of_a_dead_letter(outbox: Outbox) -> None:
    """It goes to origin, rather than wait for an operator: its text says more than nothing."""
    outbox.set_aside(TICKET, error="400")
    found = due(outbox)
    outbox.close()

    assert [FIRST, OTHER] == found


def test_order_is_kept_over_a_restart(outbox: Outbox, tmp_path: Path) -> None:
    """It is in the file."""
    outbox.close()
    with Outbox(tmp_path, clock=lambda: NOW) as again:
        assert [TICKET, OTHER] == due(again)
