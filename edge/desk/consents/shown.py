"""Transcripts that pages of the desk may show just now, so that they hide one as soon as its viewer takes consent back.

Only in memory: a page reads its ticket again after the desk was started again.
"""

from typing import NamedTuple

from edge.host import RecentlyUsed
from edge.records.consent import ConsentMessage, ConsentState, record_of
from edge.records.desk import DeskConsent

MAX_SHOWN = 10_000
"""Consents and viewers of tickets that were read last, at most 2 KiB each. People read fewer tickets in a day."""

_MAX_ROWS = 8


class ShownRow(NamedTuple):
    """A row of the queue with a ticket that was read."""

    row: str
    tenant: str
    lane: str


class ShownTranscripts:
    """By consent record and by viewer, the rows with tickets whose transcript was read. For the desk's thread alone.

    A withdrawal names the records that its PoP knew. It ends the others of its viewer, too.
    """

    def __init__(self, max_shown: int = MAX_SHOWN) -> None:
        self._rows: RecentlyUsed[str, tuple[ShownRow, ...]] = RecentlyUsed(max_shown)

    def note(self, consent: DeskConsent | None, row: ShownRow, *, viewer: str) -> None:
        """A ticket of this row was read. Nothing depends on `consent` if it is None or hides the transcript.

        `viewer`: as of `viewer_of`.
        """
        if consent is None or consent.hides_transcript:
            return
        for key in (viewer, *(purpose.record for purpose in consent.purposes)):
            known = self._rows.get(key) or ()
            self._rows.put(key, tuple(dict.fromkeys((*known, row)))[-_MAX_ROWS:])

    def rows_ended_by(self, message: ConsentMessage) -> set[ShownRow]:
        """The rows that pages must read again after this record; none if it takes nothing back."""
        record = record_of(message)
        if record.event.event_state is not ConsentState.WITHDRAWN:
            return set()
        ended = (viewer_in(message.island, record.pii_principal_id), *record.event.withdraws)
        return {row for key in ended for row in self._rows.get(key) or ()}


def viewer_in(island: str, subject: str) -> str:
    """One viewer of an island, for `ShownTranscripts`. No record has such an id."""
    return f"{island} {subject}"
