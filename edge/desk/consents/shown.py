"""Transcripts that pages of the desk may show just now, so that they hide one as soon as its viewer takes consent back.

Only in memory: a page reads its ticket again after the desk was started again.
"""

from typing import NamedTuple

from edge.host import RecentlyUsed
from edge.records.consent import ConsentMessage, ConsentState, record_of
from edge.records.desk import DeskConsent

MAX_SHOWN = 10_000
"""Consents and viewers of tickets that were read last, at most 16 KiB each. People read fewer tickets in a day."""

MAX_ROWS = 64
"""Rows with tickets of one viewer. Of more, the newest are told to read again, and how many are left out is said."""


class ShownRow(NamedTuple):
    """A row of the queue with a ticket that was read."""

    row: str
    tenant: str
    lane: str


class HiddenRows(NamedTuple):
    """Rows that pages must read again, to hide the transcripts in them."""

    rows: frozenset[ShownRow] = frozenset()
    left_out: int = 0
    """How many more there were, which are not remembered. One that was read again and again may count again."""


class _Kept(NamedTuple):
    rows: tuple[ShownRow, ...] = ()
    left_out: int = 0


class ShownTranscripts:
    """By consent record and by viewer, the rows with tickets whose transcript was read. For the desk's thread alone.

    A withdrawal names the records that its PoP knew. It ends the others of its viewer, too.
    """

    def __init__(self, max_shown: int = MAX_SHOWN, max_rows: int = MAX_ROWS) -> None:
        self._kept: RecentlyUsed[str, _Kept] = RecentlyUsed(max_shown)
        self._max_rows = max_rows

    def note(self, consent: DeskConsent | None, row: ShownRow, *, viewer: str) -> None:
        """A ticket of this row was read. Nothing depends on `consent` if it is None or hides the transcript.

        `viewer`: as of `viewer_of`.
        """
        if consent is None or consent.hides_transcript:
            return
        for key in (viewer, *(purpose.record for purpose in consent.purposes)):
            kept = self._kept.get(key) or _Kept()
            rows = tuple(dict.fromkeys((*kept.rows, row)))
            left_out = max(0, len(rows) - self._max_rows)
            self._kept.put(key, _Kept(rows[left_out:], kept.left_out + left_out))

    def hidden_by(self, message: ConsentMessage, *, is_verified: bool) -> HiddenRows:
        """The rows that pages must read again after this record: it takes something back, or it is not believed."""
        record = record_of(message)
        if record.event.event_state is ConsentState.WITHDRAWN:
            keys = (viewer_in(message.island, record.pii_principal_id), *record.event.withdraws)
        elif not is_verified:
            keys = (record.record_id,)
        else:
            return HiddenRows()
        found = [self._kept.get(key) or _Kept() for key in keys]
        # The ticket of a record is also one of its viewer: the larger number counts.
        return HiddenRows(frozenset(row for kept in found for row in kept.rows), max(kept.left_out for kept in found))


def viewer_in(island: str, subject: str) -> str:
    """One viewer of an island, for `ShownTranscripts`. No record has such an id."""
    return f"{island} {subject}"
