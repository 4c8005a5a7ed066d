"""The items of a JSON array, one after another: a long list is never in memory as a whole. Pure.

    items = JsonItems(max_item_bytes=1_000)
    items.receive(b'[{"id": 1}, {"i')  # [b'{"id": 1}']
    items.receive(b'd": 2}]')  # [b'{"id": 2}']
    items.is_complete  # True

Only arrays of objects are split. What an item has inside is the decoder's matter.
"""

import re

from edge.errors import RefusedError

_IN_STRING = re.compile(rb'["\\]')
_OUTSIDE = re.compile(rb'["{}\[\]]')
_SPACE = b" \t\r\n"
_OPENING, _CLOSING = b"[{", b"]}"


class JsonItems:
    """Splits an array that arrives in pieces. An item may have `max_item_bytes`."""

    def __init__(self, *, max_item_bytes: int) -> None:
        self._max_item_bytes = max_item_bytes
        self._item = bytearray()
        self._depth = 0
        self._is_in_string = self._is_escaped = False

    @property
    def is_complete(self) -> bool:
        """True after the end of the array."""
        return self._depth < 0

    def receive(self, piece: bytes) -> list[bytes]:
        """Items that the piece completes.

        Raises `RefusedError` for anything but an array of objects, and for an item that is too long.
        """
        found: list[bytes] = []
        if self._depth == 0:
            piece = piece.lstrip(_SPACE)
            if piece and not piece.startswith(b"["):
                raise _other()
        at = 0
        while at < len(piece):
            at = self._step(piece, at, found)
        return found

    def _step(self, piece: bytes, at: int, found: list[bytes]) -> int:
        """Go on to the next mark of the piece; returns the place after it."""
        if self._is_escaped:
            self._is_escaped = False
            return self._keep(piece, at, at + 1)
        mark = (_IN_STRING if self._is_in_string else _OUTSIDE).search(piece, at)
        end = len(piece) if mark is None else mark.end()
        self._keep(piece, at, end)
        if mark is None:
            return end
        if mark[0] == b"\\":
            self._is_escaped = True
        elif mark[0] == b'"':
            self._is_in_string = not self._is_in_string
        elif mark[0] in _OPENING:
            self._depth += 1
        else:
            self._depth -= 1
            if self._depth == 1:
                found.append(bytes(self._item))
                self._item.clear()
            elif self._depth == 0:
                self._depth = -1
        return end

    def _keep(self, piece: bytes, start: int, end: int) -> int:
        """Add a part to the item that is being read."""
        part = piece[start:end]
        if self._depth == 1 and not self._item:
            opening = part.lstrip(_SPACE + b",")
            if opening and opening[:1] not in (b"{", b"]"):
                raise _other()
            part = opening.removeprefix(b"]")
        elif self._depth < 1:
            if part.strip(_SPACE) != (b"[" if self._depth == 0 else b""):
                raise _other()
            part = b""
        self._item += part
        if len(self._item) > self._max_item_bytes:
            raise RefusedError(f"an item of the list has more than {self._max_item_bytes} bytes")
        return end


def _other() -> RefusedError:
    return RefusedError("JSON of another form, expected a list of objects")
