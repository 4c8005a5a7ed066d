"""What a PoP's thresholds follow, over a restart: `<state>/traffic`, as MessagePack.

The file is replaced as a whole, so it is never half of two. It has no questions and no names of askers: of each island
and class of channel, how many were how confidently judged. A damaged one is set aside, and the PoP starts without.
Tallies of earlier releases know nothing of it, so an upgrade can be undone.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from edge.host import replace_private
from edge.records import DECODE_ERRORS
from edge.store.files import Reserve, database_errors

MAX_FILE_BYTES = 64 * 2**20
"""A larger file is none of ours: 20,000 islands take as much."""

KeptTraffic = Mapping[str, Mapping[str, bytes]]
"""By island, as `tenant/island`, and by class of channel: a histogram as `edge.decide` packs it."""


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    islands: dict[str, dict[str, bytes]]


class TrafficFile:
    """The file in the state folder `directory`. Blocking; one thread may use it."""

    def __init__(self, directory: Path) -> None:
        self.path, self._reserve = directory.absolute() / "traffic", Reserve(directory)
        self._written = b""

    def read(self, now: datetime) -> tuple[KeptTraffic, Path | None]:
        """What was kept, and where a damaged file was put; nothing of the first without a file.

        Raises `StorageError` if the disk fails.
        """
        with database_errors(self.path):
            try:
                with self.path.open("rb") as stream:
                    data = stream.read(MAX_FILE_BYTES + 1)
            except FileNotFoundError:
                return {}, None
        try:
            content = msgspec.msgpack.decode(data, type=_Content)
        except DECODE_ERRORS:
            content = None
        if content is not None and content.format == 1:
            self._written = data
            return content.islands, None
        aside = self.path.with_name(f"traffic.damaged-{now:%Y%m%dT%H%M%SZ}")
        with database_errors(self.path):
            self.path.rename(aside)
        return {}, aside

    def write(self, traffic: KeptTraffic) -> None:
        """Replace the file, unless it has this already; durable on return.

        Raises `StorageError` if the disk fails, and `DiskFullError` while there is no room but for deliveries. Then the
        file is as it was.
        """
        islands = {island: dict(channels) for island, channels in sorted(traffic.items())}
        data = msgspec.msgpack.encode(_Content(1, islands))
        if data != self._written:
            self._reserve.require_room()
            replace_private(self.path, data)
            self._written = data
