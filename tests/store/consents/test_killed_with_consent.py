"""A process that is killed with SIGKILL between a ticket and its consent has stored both, or neither."""

import subprocess
import sys
from pathlib import Path

import pytest

import edge
from edge.store.outbox import Outbox

PROGRAM = """
import sys
from pathlib import Path
from edge.consent import Known
from edge.records import Priority
from edge.store.consents import NewConsent
from edge.store.outbox import Outbox, Parcel

class Batch(list):
    def __iter__(self):
        for number, item in enumerate(super().__iter__()):
            if number == 1 and item.id == f"r-{stop_in}.consent":
                print("halfway", flush=True)
                sys.stdin.read()
            yield item

def consent(number):
    record = f"r-{number}"
    known = (Known("help", 1, record, at=1.0, expires=9e9),)
    row = NewConsent(record, "subject", known, 9e9)
    return Parcel(f"{record}.consent", b"{}" * 500, Priority.CONSENT, consent=row)

stop_in = sys.argv[2]
outbox = Outbox(Path(sys.argv[1]), max_tickets=100_000)
for number in range(10_000):
    outbox.put_many(Batch([Parcel(f"t-{number}", b"x" * 3000), consent(number)]))
    print(number, flush=True)
"""
MOMENTS = {
    "after the first": (1, "never"),
    "after many": (40, "never"),
    "halfway through the first": (0, "0"),
    "halfway through a later one": (12, "12"),
}


@pytest.mark.parametrize(("rounds", "stop_in"), MOMENTS.values(), ids=MOMENTS.keys())
def test_ticket_and_consent_are_stored_together(state: Path, rounds: int, stop_in: str) -> None:
    """All that was acknowledged is there, and nothing in part."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(state), stop_in],
        cwd=Path(edge.__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        acknowledged = len([process.stdout.readline() for _ in range(rounds)])
        if stop_in != "never":
            assert "halfway\n" == process.stdout.readline()
        process.kill()
        acknowledged += len([line for line in process.stdout.readlines() if line.endswith("\n")])

    with Outbox(state) as outbox:
        waiting = {entry.id for entry in outbox.due(9e9, 100_000)}
        records = {known.record for known in outbox.consents.of(["subject"])}
    tickets = {name for name in waiting if name.startswith("t-")}
    assert -9 == process.returncode
    assert acknowledged <= len(tickets) <= acknowledged + 1
    assert {name.replace("t-", "r-") for name in tickets} == records
    assert {f"{record}.consent" for record in records} == waiting - tickets
