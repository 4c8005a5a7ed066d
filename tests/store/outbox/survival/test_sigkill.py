"""Processes that are killed with SIGKILL: all acknowledged changes are stored, and no batch in part."""

import subprocess
import sys
from pathlib import Path

import pytest

import edge
from edge.store.outbox import Outbox
from edge.store.verified import VerifiedStore

VERIFIED = """
import sys
from pathlib import Path
from edge.store.verified import VerifiedStore

class Changes(dict):
    def items(self):
        for number, item in enumerate(super().items()):
            if number == 1 and self["round"] == stop_in:
                print("halfway", flush=True)
                sys.stdin.read()
            yield item

stop_in = sys.argv[2].encode()
store = VerifiedStore(Path(sys.argv[1]))
for number in range(10_000):
    round_ = str(number).encode()
    gone = f"island/a/{number - 1}"
    store.commit(Changes({"round": round_, "large": round_ * 20_000, f"island/a/{number}": round_, gone: None}))
    print(number, flush=True)
"""

OUTBOX = """
import sys
from pathlib import Path
from edge.store.outbox import Outbox, Parcel

class Batch(list):
    def __iter__(self):
        for number, item in enumerate(super().__iter__()):
            if number == 2 and item[0].startswith(f"{stop_in}-"):
                print("halfway", flush=True)
                sys.stdin.read()
            yield item

stop_in = sys.argv[2]
outbox = Outbox(Path(sys.argv[1]), max_tickets=100_000)
for number in range(10_000):
    outbox.put_many(Batch(Parcel(f"{number}-{part}", str(number).encode() * 3000) for part in range(4)))
    print(number, flush=True)
"""

MOMENTS = {
    "after the first": (1, "never"),
    "a little later": (9, "never"),
    "after many": (60, "never"),
    "halfway through the first": (0, "0"),
    "halfway through a later one": (12, "12"),
}
each_moment = pytest.mark.parametrize(("rounds", "stop_in"), MOMENTS.values(), ids=MOMENTS.keys())


def run_and_kill(program: str, state: Path, rounds: int, stop_in: str) -> int:
    """Number of rounds that the program had acknowledged when it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(state), stop_in],
        cwd=Path(edge.__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(rounds)]
        if stop_in != "never":
            assert process.stdout.readline() == "halfway\n"
        process.kill()
        # Lines that it wrote after the last one that we waited for count too.
        acknowledged += [line for line in process.stdout.readlines() if line.endswith("\n")]

    assert process.returncode == -9
    return len(acknowledged)


@each_moment
def test_verified_store_of_a_killed_process(state: Path, rounds: int, stop_in: str) -> None:
    """The store has all changes of one round: the last acknowledged one, or the next."""
    acknowledged = run_and_kill(VERIFIED, state, rounds, stop_in)

    with VerifiedStore(state) as store:
        values = store.read_all()
    done = int(values.pop("round", b"-1")) + 1
    assert done == acknowledged if stop_in != "never" else done in {acknowledged, acknowledged + 1}
    last = str(done - 1).encode()
    assert values == ({"large": last * 20_000, f"island/a/{done - 1}": last} if done else {})


@each_moment
def test_outbox_of_a_killed_process(state: Path, rounds: int, stop_in: str) -> None:
    """The outbox has all acknowledged batches, perhaps one more, and none in part."""
    acknowledged = run_and_kill(OUTBOX, state, rounds, stop_in)

    with Outbox(state, max_tickets=100_000) as outbox:
        entries = outbox.due(0.0, 100_000)
    batches, rest = divmod(len(entries), 4)
    assert rest == 0
    assert batches == acknowledged if stop_in != "never" else batches in {acknowledged, acknowledged + 1}
    expected = [
        (f"{number}-{part}", str(number).encode() * 3000, 0, 0) for number in range(batches) for part in range(4)
    ]
    assert expected == [tuple(entry) for entry in entries]
