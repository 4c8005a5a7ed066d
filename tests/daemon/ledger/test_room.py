"""How full the ledger is, in words, and what is logged of it."""

from structlog.testing import capture_logs

from edge.daemon.ledger.room import GAP_S, LedgerRoom
from edge.daemon.telemetry import Metrics


def test_room_that_is_used_up_and_free_again() -> None:
    """One line for each step: at four fifths a warning, then errors for what has no leaves any more."""
    room = LedgerRoom(1_000, Metrics().ledger, reserve_bytes=250)
    said = list[tuple[str, str]]()
    words = list[str]()
    for size in (0, 799, 800, 999, 1_000, 1_249, 1_250, 9_999, 1_000, 300):
        with capture_logs() as lines:
            room.note(size)
        words.append(room.word)
        said += [(line["log_level"], line["event"]) for line in lines]

    assert ["ok", "ok", "filling", "filling", "full", "full", "exhausted", "exhausted", "full", "ok"] == words
    assert [
        ("warning", "the ledger is filling up"),
        ("error", "the ledger is full, answers have no leaves"),
        ("error", "the ledger is full, hand-overs and replies have no leaves either"),
        ("error", "the ledger is full, answers have no leaves"),
        ("info", "the ledger has room again"),
    ] == said


def test_turns_of_gaps() -> None:
    """With room always; while answers have no leaves once a minute; never while nothing but consent has any."""
    room = LedgerRoom(1_000, Metrics().ledger, reserve_bytes=250)
    assert (True, True) == (room.takes_gap(7.0), room.takes_gap(7.0))
    room.note(1_000)
    turns = [room.takes_gap(7.0 + seconds) for seconds in (0.0, 1.0, GAP_S - 1, GAP_S, GAP_S + 1)]
    room.note(1_250)

    assert [True, False, False, True, False] == turns
    assert not room.takes_gap(1e9)
