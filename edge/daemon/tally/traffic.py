"""Keeps what thresholds follow over a restart. A PoP whose disk is full goes on, and starts from older traffic."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from hashlib import blake2b

from edge.daemon.people import Traffic
from edge.decide import ChannelClass, dated
from edge.errors import RefusedError, StorageError
from edge.host import Silence, get_logger
from edge.records import IslandName
from edge.store.tally import KeptTraffic, TrafficFile

INTERVAL_S = 60.0
"""A crash loses the traffic of a minute."""


class TrafficKeeper:
    """Writes the traffic of every island into `file`, in `thread`."""

    def __init__(
        self,
        file: TrafficFile,
        thread: Executor,
        *,
        traffic: Callable[[datetime], Traffic],
        now: Callable[[], datetime],
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._file, self._thread, self._traffic, self._now, self._interval_s = file, thread, traffic, now, interval_s
        self._log, self._silence = get_logger(), Silence()

    async def keep(self) -> None:
        """Write again and again until cancelled."""
        while True:
            await asyncio.sleep(self._interval_s)
            await self.write()

    async def write(self) -> None:
        """Write what has changed. Raises nothing of the disk's: it is tried again later."""
        kept = {
            str(name): {channel.value: bins for channel, bins in channels.items()}
            for name, channels in self._traffic(self._now()).items()
        }
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._file.write, kept)
        except StorageError as error:
            left_out = self._silence.failed(type(error).__name__)
            if left_out is not None:
                text = "traffic cannot be kept, thresholds would start from older traffic"
                self._log.warning(text, error=error.text, left_out=left_out)
            return
        if self._silence.succeeded():
            self._log.info("traffic is kept again")


def asker_salt(token_key: bytes) -> bytes:
    """The salt of the digests of askers in a PoP's traffic: only who has the PoP's key can look for a name there."""
    return blake2b(token_key, person=b"skerry-askers", digest_size=32).digest()


def traffic_of(kept: KeptTraffic, now: datetime) -> Traffic:
    """What a file kept. What has faded is left out, and names and classes that this release does not know."""
    found, words, at = {}, set(ChannelClass), now.timestamp()
    for island, channels in kept.items():
        try:
            name = IslandName.parse(island)
        except RefusedError:
            continue
        unfaded = {ChannelClass(word): dated(bins, at) for word, bins in channels.items() if word in words}
        found[name] = {channel: bins for channel, bins in unfaded.items() if bins}
    return {name: channels for name, channels in found.items() if channels}
