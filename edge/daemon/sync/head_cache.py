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

    def head(self, island: Island, before: Head | None = None) -> Head:
        """The island's head, checked. Raises `RefusedError` when it is malformed or fails its golden questions.

        `before` is the head that the shelf has of the island. A revision has most of its questions from the one before,
        so what this process computed of them is taken from there. The check itself is never left out.
        """
        fingerprint = _fingerprint(island)
        head = self._heads.get(fingerprint)
        if head is None:
            head = Head.load(island, before=before)
            # Cached only after the check: a head that fails is refused again the next time.
            self._triage.check_golden(island, head, before=before)
            self._heads[fingerprint] = head
        self._last.append(head)
        return head


def _fingerprint(island: Island) -> bytes:
    """The SHA-256 of everything that head and check depend on, and of the island's name."""
    examples = [snippet.examples for snippet in island.snippets]
    about, not_about = (None if names is msgspec.UNSET else names for names in (island.about, island.not_about))
    content = (str(island.name), island.head, examples, about, not_about, island.golden)
    return hashlib.sha256(msgspec.msgpack.encode(content)).digest()
