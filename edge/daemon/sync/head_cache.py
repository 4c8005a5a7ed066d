"""Heads whose golden questions this process has judged as their author's did.

Judging is a function of the model, which is loaded once, and of the head with its questions. So a revision that brings
the same head as one that was opened lately - an answer was corrected, or published again after a withdrawal - is given
that head, and needs no second proof. A new head, and every head after a start, is proven.
"""

import hashlib
from collections import deque
from weakref import WeakValueDictionary

import msgspec

from edge.records import Island
from edge.triage import Head, Triage

REMEMBERED = 16
"""Heads that nobody serves any more and that are still at hand, at some 0.5 MB each."""


class HeadCache:
    """By content; what the shelf holds is found, and the last few besides. Thread-safe: two at once both prove it."""

    def __init__(self, triage: Triage) -> None:
        self._triage = triage
        self._heads: WeakValueDictionary[bytes, Head] = WeakValueDictionary()
        self._last: deque[Head] = deque(maxlen=REMEMBERED)

    def head(self, island: Island) -> Head:
        """The island's head, proven; raises `RefusedError` when it is unsound or judges otherwise than it should."""
        fingerprint = _fingerprint(island)
        head = self._heads.get(fingerprint)
        if head is None:
            head = Head.load(island)
            self._triage.check_golden(island, head)
            self._heads[fingerprint] = head
        self._last.append(head)
        return head


def _fingerprint(island: Island) -> bytes:
    """Of all that a head and its proof are made from, and of whose it is."""
    examples = [snippet.examples for snippet in island.snippets]
    return hashlib.sha256(msgspec.msgpack.encode((str(island.name), island.head, examples, island.golden))).digest()
