"""Heads whose golden questions this process has checked.

The result of the check depends on the model, which is loaded once, and on the head with its questions. So a revision
with the head of one that was opened lately needs no second check: an answer was corrected, say, or the island was
published again after a withdrawal. A new head is checked, and so is every head after a start.
"""

import hashlib
from collections import deque
from weakref import WeakValueDictionary

import msgspec

from edge.records import Island
from edge.triage import Head, Triage

MAX_UNUSED = 16
"""Heads that stay in the cache although the shelf no longer has them, about 0.5 MB each."""


class HeadCache:
    """Checked heads, by content: all that the shelf uses, and the last `MAX_UNUSED` others.

    Thread-safe. Two threads that ask for the same new head both check it.
    """

    def __init__(self, triage: Triage) -> None:
        self._triage = triage
        self._heads: WeakValueDictionary[bytes, Head] = WeakValueDictionary()
        self._last: deque[Head] = deque(maxlen=MAX_UNUSED)

    def head(self, island: Island) -> Head:
        """The island's head, checked. Raises `RefusedError` when it is malformed or fails its golden questions."""
        fingerprint = _fingerprint(island)
        head = self._heads.get(fingerprint)
        if head is None:
            head = Head.load(island)
            # Cached only after the check: a head that fails is refused again the next time.
            self._triage.check_golden(island, head)
            self._heads[fingerprint] = head
        self._last.append(head)
        return head


def _fingerprint(island: Island) -> bytes:
    """The SHA-256 of everything that head and check depend on, and of the island's name."""
    examples = [snippet.examples for snippet in island.snippets]
    return hashlib.sha256(msgspec.msgpack.encode((str(island.name), island.head, examples, island.golden))).digest()
