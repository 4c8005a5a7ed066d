"""Packed values: arrays of 32-bit words with which a store keeps many people, such as digests of who was counted.

No record is one person's there, so the thief compares sets: a word that two events' arrays have in one file is one
person at both, unless it is there by chance. Words that may be counts, times or fractions are left out: a third of all
digests looks like a fraction, and the others are enough.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from edge.drill.files import FileRecord

MIN_PACKED_BYTES = 64
"""Shorter bytes are one digest, key or signature."""

WORDS = 2**32
_HEX = frozenset("0123456789abcdef")
_SMALL, _TIMES, _FRACTIONS = 2**16, (1_500_000_000, 2_500_000_000), (1e-12, 1e12)


class SharedWords(NamedTuple):
    """What the arrays of two events share, summed over pairs of events."""

    store: str
    field: str
    first: int
    """Words of the first events."""
    shared: int
    """Those of them that the second events have, too."""
    chance: float
    """Probability that one word of the first is among the second by chance."""


Packed = dict[tuple[str, str], dict[str, set[int]]]
"""By store and field: the words of each event."""


def packed_words(records: Iterable[FileRecord], events: Sequence[str]) -> Packed:
    """The words of every array of which its field's name says to which event it belongs."""
    found: Packed = defaultdict(lambda: defaultdict(set))
    for record in records:
        for field, value in record.items:
            event = next((one for one in events if one in field), "")
            if event and isinstance(value, str) and len(value) >= 2 * MIN_PACKED_BYTES and _HEX.issuperset(value):
                found[record.store, field.replace(event, "EVENT")][event].update(_words(bytes.fromhex(value)))
    return dict(found)


def shared_words(packed: Packed, pairs: Iterable[tuple[str, str]]) -> list[SharedWords]:
    """What two events share, for each field that both have."""
    named = list(pairs)
    rows = []
    for (store, field), words in sorted(packed.items()):
        both = [(words[one], words[other]) for one, other in named if one in words and other in words]
        first, second = (sum(len(pair[side]) for pair in both) for side in (0, 1))
        if first:
            shared = sum(len(one & other) for one, other in both)
            rows.append(SharedWords(store, field, first, shared, second / len(both) / WORDS))
    return rows


def _words(content: bytes) -> Iterator[int]:
    whole = content[: len(content) // 4 * 4]
    for (word,), (fraction,) in zip(struct.iter_unpack("<I", whole), struct.iter_unpack("<f", whole), strict=True):
        is_plain = word < _SMALL or _TIMES[0] <= word < _TIMES[1] or _FRACTIONS[0] < abs(fraction) < _FRACTIONS[1]
        if not is_plain:
            yield word
