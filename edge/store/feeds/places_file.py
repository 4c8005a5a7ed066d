"""The number of the last event that was taken from each of Skerry's own desks: `<state>/desk-places`, as JSON.

    {"": 1790000000123, "northwind": 1790000000007}          by the origin's name

Events themselves are in the outbox before their number is here. So a lost or damaged file costs repetitions: the desk
sends the newest event of every ticket again, and a repetition is no news.
"""

from pathlib import Path

import msgspec

from edge.host import replace_private
from edge.records import DECODE_ERRORS
from edge.store.files import Reserve, database_errors

MAX_FILE_BYTES = 2**20
"""A larger file is none of ours: 10,000 origins take as much."""


class PlacesFile:
    """The file in the state folder `directory`. Blocking; one thread may use it."""

    def __init__(self, directory: Path) -> None:
        self.path, self._directory = directory / "desk-places", directory

    def read(self) -> dict[str, int]:
        """The numbers, by origin; none without a file, or if it is damaged. Raises `StorageError` if the disk fails."""
        with database_errors(self.path):
            try:
                with self.path.open("rb") as stream:
                    data = stream.read(MAX_FILE_BYTES + 1)
            except FileNotFoundError:
                return {}
        try:
            return msgspec.json.decode(data, type=dict[str, int])
        except DECODE_ERRORS:
            return {}

    def write(self, origin: str, number: int) -> None:
        """Replace the number of `origin`; durable on return.

        Raises `StorageError` if the disk fails, and `DiskFullError` while there is no room but for deliveries. Then the
        file is as it was.
        """
        Reserve(self._directory).require_room()
        replace_private(self.path, msgspec.json.encode({**self.read(), origin: number}))
