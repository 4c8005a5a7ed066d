"""Kills a process with a ledger again and again, in one folder: nothing acknowledged is lost, and nothing forks.

It is killed between any two lines of the ledger's code, and at any moment. After each life the folder is opened as the
next start would: each leaf that somebody was told of is in the log, or in the outbox for it, and each signed state that
was shown is one through which the log came.
"""

import sys
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.ledger.lives import EVENT, POP, one_life
from edge.ledger import Checkpoint, NoteKey, check_consistency, consistency_proof, hashes_in, open_checkpoint
from edge.store.ledger import LedgerStore
from edge.store.outbox import Outbox

_MOST_LINES = 2_000
"""Lines of the ledger's code that the start and some acts run."""
_MOST_HEARD = 30
"""Leaves and states that somebody hears of in four acts or more."""
_LONGEST_S = 0.02
_LOOKED_AT = 20
"""Signed states that are compared after each life; all of them at the end."""


class KillResult(NamedTuple):
    """What many kills left."""

    kills: int
    acknowledged: int
    lost: list[str]
    states: int
    """Signed states that were shown."""
    size: int
    """Leaves in the log in the end."""


def kill_often(folder: Path, kills: int, *, seed: int = 7) -> KillResult:
    """Kill it so often. Raises `RefusedError` if two states do not belong to one history."""
    rng = Random(seed)
    told, states, lost = set[bytes](), dict[int, Checkpoint](), list[str]()
    for number in range(kills):
        if number % 2:
            lines = one_life(folder, name=f"life-{number}", die_at=rng.randrange(1, _MOST_LINES))
        else:
            heard, pause_s = rng.randrange(1, _MOST_HEARD), rng.uniform(0, _LONGEST_S)
            lines = one_life(folder, name=f"life-{number}", heard=heard, pause_s=pause_s)
        new = {bytes.fromhex(line.split()[1]) for line in lines if line.startswith(("durable ", "proven "))}
        notes = [bytes.fromhex(line.split()[1]).decode() for line in lines if line.startswith("checkpoint ")]
        told |= new
        lost += _lost(folder, told if number == kills - 1 else new)
        _check_history(folder, notes, states, all_of_them=number == kills - 1)
    with LedgerStore(folder / "state", pop=POP) as store:
        log = store.log(EVENT)
    return KillResult(kills, len(told), lost, len(states), log.size if log else 0)


def _lost(folder: Path, told: set[bytes]) -> list[str]:
    """Leaves that are neither in the log nor on their way."""
    with Outbox(folder / "state") as outbox, LedgerStore(folder / "state", pop=POP) as store:
        waiting = {leaf.id for leaf in outbox.leaves.read(sys.maxsize >> 32)}
        return [leaf.hex() for leaf in told if leaf not in waiting and store.proof(leaf) is None]


def _check_history(folder: Path, notes: list[str], states: dict[int, Checkpoint], *, all_of_them: bool) -> None:
    """Compare each state that was shown with the newest."""
    with LedgerStore(folder / "state", pop=POP) as store:
        log = store.log(EVENT)
        if log is None:
            return
        key = NoteKey(log.origin, store.public)
        newest = open_checkpoint(log.checkpoint, key).checkpoint
        for note in notes:
            shown = open_checkpoint(note, key).checkpoint
            states[shown.size] = shown
        hashes = hashes_in(lambda tile: store.tile(EVENT, tile) or b"", newest.size)
        for shown in list(states.values())[0 if all_of_them else -_LOOKED_AT :]:
            check_consistency(
                before=shown.size,
                after=newest.size,
                proof=consistency_proof(shown.size, newest.size, hashes),
                root_before=shown.root,
                root_after=newest.root,
            )
