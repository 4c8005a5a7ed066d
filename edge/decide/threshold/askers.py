"""Who was counted a moment ago? Nobody counts twice within six hours, also if the PoP restarts meanwhile.

What is kept has no names: of each asker a salted digest of four bytes, and the second in which it was counted. Two
askers share a digest once in four million. Then the second of them is not counted.
"""

from collections import OrderedDict
from hashlib import blake2b

import numpy as np

COUNTED_ONCE_S = 21_600.0
"""An asker counts once in six hours, which is an event. So nobody's share of the traffic grows by asking."""

MAX_ASKERS = 1_024
"""Askers remembered. Beyond, those counted first may count again. What they had counted weighs 1/e by then."""

_PAIR_BYTES = 8
_DIGEST_BYTES = 4


class CountedAskers:
    """The askers of one island in one class of channel. Not thread-safe. Times are Unix seconds."""

    def __init__(self, salt: bytes, kept: bytes = b"") -> None:
        """`kept`: as `to_bytes` gave it, by the same salt. Bytes of another length are left."""
        self._salt = salt
        self._counted: OrderedDict[int, float] = OrderedDict()
        # An asker is looked for before it is added.
        self._last = ("", self._compute(""))
        if len(kept) % _PAIR_BYTES == 0:
            pairs = np.frombuffer(kept, "<u4").reshape(-1, 2)[-MAX_ASKERS:].tolist()
            self._counted.update((digest, float(at_s)) for digest, at_s in pairs)

    def __len__(self) -> int:
        return len(self._counted)

    def has(self, name: str, now: float) -> bool:
        """True if the asker was counted within the last six hours."""
        while self._counted and next(iter(self._counted.values())) <= now - COUNTED_ONCE_S:
            self._counted.popitem(last=False)
        return self._digest(name) in self._counted

    def add(self, name: str, now: float) -> None:
        """Remember that the asker was counted at `now`, which must not decrease but by `set_back`."""
        self._counted[self._digest(name)] = now
        if len(self._counted) > MAX_ASKERS:
            self._counted.popitem(last=False)

    def set_back(self, now: float) -> None:
        """The clock was set back to `now`: who was counted later than that was counted now."""
        # Not forgotten: else an asker could count again with every correction of the clock.
        for digest, at in self._counted.items():
            self._counted[digest] = min(at, now)

    def to_bytes(self) -> bytes:
        """uint32[askers, 2], little-endian: digest and second, in the order in which they were counted."""
        pairs = np.empty((len(self._counted), 2), "<u4")
        pairs[:, 0] = np.fromiter(self._counted.keys(), np.uint32, len(pairs))
        pairs[:, 1] = np.clip(np.fromiter(self._counted.values(), np.float64, len(pairs)), 0, 2**32 - 1)
        return pairs.tobytes()

    def _digest(self, name: str) -> int:
        if self._last[0] != name:
            self._last = (name, self._compute(name))
        return self._last[1]

    def _compute(self, name: str) -> int:
        digest = blake2b(name.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=_DIGEST_BYTES)
        return int.from_bytes(digest.digest(), "little")
