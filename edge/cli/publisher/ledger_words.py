"""What is wrong with the ledgers of a fleet's PoPs, in words, and what an operator does about it."""

from collections.abc import Iterator

from edge.cli.options import echo_table
from edge.cli.terminal import echo
from edge.records import FleetStatus
from edge.records.ledger import LedgerState

_ROOM = "set ledger.archive, so that logs of past events leave, or raise ledger.max_bytes; then restart the PoP"
_HISTORY = "keep its state folder as it is; find out why with: skerry ledger verify URL --key KEY --witness KEY"


def echo_ledgers(status: FleetStatus) -> None:
    """Print a table of what is wrong with the PoPs' ledgers; nothing if all is well."""
    rows = [(pop.pop, *words) for pop in status.pops if pop.ledger is not None for words in ledger_words(pop.ledger)]
    if rows:
        echo()
        echo_table(("ledger of", "what is wrong", "what to do"), rows)


def ledger_words(state: LedgerState) -> Iterator[tuple[str, str]]:
    """What is wrong with a ledger, its payloads and its witness, and what to do, each in a line."""
    yield from _of_room(state)
    if state.lost_at_start:
        what = f"{state.lost_at_start} answers have no leaf: the last process was killed, or its ledger was full"
        yield what, "see in its log why it ended; a leaf in the ledger says how many are missing"
    if state.payloads != "ok":
        what = f"payloads cannot be kept or erased ({state.payloads_lost} are lost): {state.payloads_error}"
        yield what, "mend what it says; erasures are not done until then"
    elif state.payloads_lost:
        yield (
            f"{state.payloads_lost} payloads could not be kept since it started",
            "see why in its log; leaves are there",
        )
    yield from _of_witness(state)


def _of_room(state: LedgerState) -> Iterator[tuple[str, str]]:
    used = f"{state.size_bytes} of {state.max_bytes} bytes are used"
    missing = f"{state.missing} acts wait for a leaf that counts them"
    match state.word:
        case "ok":
            pass
        case "filling":
            yield f"it is filling up: {used}", _ROOM
        case "full":
            yield f"it is full, answers have no leaves: {used}, {missing}", _ROOM
        case "exhausted":
            yield f"it is full, answers, hand-overs and replies have no leaves: {used}, {missing}", _ROOM
        case "failing":
            yield f"it cannot be written: {state.error}", "look at the disk of its state folder; leaves wait meanwhile"
        case _:
            yield f"it is {state.word!r}", "update the publisher: the PoP is of a later release"


def _of_witness(state: LedgerState) -> Iterator[tuple[str, str]]:
    match state.witness:
        case "silent":
            what = f"its witness does not answer: {state.witness_error}"
            yield what, "look at the witness, and at the connection from the PoP to it; logs go on without"
        case "refused":
            yield f"its witness does not cosign: {state.witness_error}", _HISTORY
        case "behind":
            yield (
                f"its logs cannot be shown to the witness: {state.witness_error}",
                "look at the disk of its state folder",
            )
        case _:
            pass
