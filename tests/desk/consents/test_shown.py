"""Transcripts that pages show: which rows are told, and how many more there were."""

from edge.desk.consents import ShownRow, ShownTranscripts
from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket, Scope
from edge.records.desk import DeskConsent, DeskPurpose
from tests.desk.desk import body, tid
from tests.desk.pops.test_consent_records import CONSENTED, given, withdrawn

PURPOSE = DeskPurpose(purpose="help", version=1, record="r-1", in_force=True)
SHOWS = DeskConsent(allows=(), missing=(), purposes=(PURPOSE,), hides_transcript=False)
ROWS = [ShownRow(f"row-{number}", "acme", "support") for number in range(4)]


def test_more_rows_than_are_remembered() -> None:
    """The newest are told to read again. How many more there were is said, and none is counted twice for being read."""
    shown = ShownTranscripts(max_rows=2)
    for row in (*ROWS, ROWS[-1]):
        shown.note(SHOWS, row, viewer="viewer")
    hidden = shown.hidden_by(withdrawn("r-1"), is_verified=True)

    assert (frozenset(ROWS[2:]), 2) == (hidden.rows, hidden.left_out)


def test_record_that_is_not_verified_hides_as_well() -> None:
    """One that is hides nothing."""
    shown = ShownTranscripts()
    shown.note(SHOWS, ROWS[0], viewer="viewer")

    assert {ROWS[0]} == shown.hidden_by(given(), is_verified=False).rows
    assert set() == shown.hidden_by(given(), is_verified=True).rows


def test_desk_says_how_many_rows_are_left_out(desk: OpenDesk) -> None:
    """After a withdrawal of a viewer with three tickets, of which one row is remembered."""
    desk.store.shown = ShownTranscripts(max_rows=1)
    for number in (1, 2, 3):
        content = body(number, f"question {number}", consented=CONSENTED, transcript=[{}])
        desk.intake.put(IncomingTicket.parse(content))
        desk.queue.ticket(tid(number), Scope("northwind"))
    put, left_out = desk.intake.put_consent(withdrawn())

    assert (True, 2) == (put.is_new, left_out)
