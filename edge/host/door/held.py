"""Bytes of requests that are not decided yet."""


class HeldInAll:
    """How many bytes all connections of a door hold."""

    def __init__(self) -> None:
        self.size = 0


class HeldBytes:
    """What one connection holds."""

    # Thousands of streams are open at once, and each has one.
    __slots__ = ("_in_all", "_parts", "size")

    def __init__(self, in_all: HeldInAll) -> None:
        self._in_all, self.size = in_all, 0
        self._parts: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Hold these bytes, too."""
        self._parts.append(data)
        self.size += len(data)
        self._in_all.size += len(data)

    def take(self, data: bytes) -> bytes:
        """What is held, and after it `data`. Nothing is held then."""
        if self._parts:
            data = b"".join((*self._parts, data))
            self.drop()
        return data

    def drop(self) -> None:
        """Hold nothing."""
        self._parts.clear()
        self._in_all.size -= self.size
        self.size = 0
