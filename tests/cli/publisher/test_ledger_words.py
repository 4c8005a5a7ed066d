"""What `skerry status` says of the ledgers of PoPs."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from edge.cli.publisher.fleet_status import echo_fleet
from edge.cli.publisher.ledger_words import ledger_words
from edge.publish.fleet import fleet_status
from edge.records import LastStatus, PopStatus
from edge.records.ledger import LedgerState

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
ROOM = "set ledger.archive, so that logs of past events leave, or raise ledger.max_bytes; then restart the PoP"
WAIT = "of 1000 bytes are used, 4 acts wait for a leaf that counts them"
DISK = "look at the disk of its state folder"


def state(**fields: Any) -> LedgerState:
    """A ledger with 1,000 bytes of room that is well but for these fields."""
    well = LedgerState(word="ok", error="", size_bytes=10, max_bytes=1_000, missing=0)
    return msgspec.structs.replace(well, **fields)


SAID: dict[str, tuple[LedgerState, list[tuple[str, str]]]] = {
    "well": (state(witness="ok"), []),
    "without a witness, or before it was asked": (state(witness="unknown"), []),
    "four fifths": (
        state(word="filling", size_bytes=810),
        [("it is filling up: 810 of 1000 bytes are used", ROOM)],
    ),
    "full": (
        state(word="full", size_bytes=1_001, missing=4),
        [
            (
                f"it is full, answers have no leaves: 1001 {WAIT}",
                ROOM,
            )
        ],
    ),
    "without reserve": (
        state(word="exhausted", size_bytes=9_001, missing=4),
        [
            (
                f"it is full, answers, hand-overs and replies have no leaves: 9001 {WAIT}",
                ROOM,
            )
        ],
    ),
    "a disk that fails": (
        state(word="failing", error="disk I/O error"),
        [("it cannot be written: disk I/O error", f"{DISK}; leaves wait meanwhile")],
    ),
    "a later release": (
        state(word="resting"),
        [("it is 'resting'", "update the publisher: the PoP is of a later release")],
    ),
    "killed before": (
        state(lost_at_start=3),
        [
            (
                "3 answers have no leaf: the last process was killed, or its ledger was full",
                "see in its log why it ended; a leaf in the ledger says how many are missing",
            )
        ],
    ),
    "payloads": (
        state(payloads="failing", payloads_error="no room", payloads_lost=2),
        [
            (
                "payloads cannot be kept or erased (2 are lost): no room",
                "mend what it says; erasures are not done until then",
            )
        ],
    ),
    "payloads that were lost": (
        state(payloads_lost=2),
        [("2 payloads could not be kept since it started", "see why in its log; leaves are there")],
    ),
    "a witness that is down": (
        state(witness="silent", witness_error="no answer"),
        [
            (
                "its witness does not answer: no answer",
                "look at the witness, and at the connection from the PoP to it; logs go on without",
            )
        ],
    ),
    "a witness that disagrees": (
        state(witness="refused", witness_error="it lost some"),
        [
            (
                "its witness does not cosign: it lost some",
                "keep its state folder as it is; find out why with: skerry ledger verify URL --key KEY --witness KEY",
            )
        ],
    ),
    "logs that cannot be read": (
        state(witness="behind", witness_error="disk I/O error"),
        [("its logs cannot be shown to the witness: disk I/O error", DISK)],
    ),
    "two at once": (
        state(word="filling", size_bytes=900, payloads_lost=1),
        [
            ("it is filling up: 900 of 1000 bytes are used", ROOM),
            ("1 payloads could not be kept since it started", "see why in its log; leaves are there"),
        ],
    ),
}


@pytest.mark.parametrize(("ledger", "said"), SAID.values(), ids=SAID)
def test_what_is_said_of_a_ledger(ledger: LedgerState, said: list[tuple[str, str]]) -> None:
    """What is wrong, and what to do."""
    assert said == list(ledger_words(ledger))


def test_status_names_the_pop(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the PoPs, and only if something is wrong. A PoP's words cannot move the cursor."""
    shown = []
    for error in ("", "\x1b[2Jdisk"):
        ledger = state(word="failing" if error else "ok", error=error)
        status = PopStatus(pop="fra-1", run=1, sequence=1, time=NOW, interval_s=30.0, ledger=ledger)
        echo_fleet(fleet_status([], {"fra-1": LastStatus(status=status, at=NOW)}, now=NOW), home=None)
        shown.append(capsys.readouterr().out)

    assert "ledger of" not in shown[0]
    assert "ledger of\twhat is wrong\twhat to do\nfra-1\tit cannot be written: " in shown[1]
    assert "\x1b" not in shown[1]
