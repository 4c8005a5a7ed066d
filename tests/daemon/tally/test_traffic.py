"""`edge.daemon.tally.traffic`: what thresholds follow is kept, and a disk that fails costs a line."""

import asyncio
import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.daemon.tally import TrafficKeeper, traffic_of
from edge.decide import ChannelClass
from edge.errors import DiskFullError
from edge.records import IslandName
from edge.store.tally import KeptTraffic, TrafficFile

NOW = datetime(2026, 11, 27, tzinfo=UTC)
HISTOGRAM = b"\0" * 800
TRAFFIC = {IslandName("acme", "drop"): {ChannelClass.WIDGET: HISTOGRAM + struct.pack("<d", NOW.timestamp())}}


async def test_traffic_is_kept(tmp_path: Path) -> None:
    """What a process wrote, the next one starts from."""
    with ThreadPoolExecutor(1) as thread:
        await TrafficKeeper(TrafficFile(tmp_path), thread, traffic=lambda _: TRAFFIC, now=lambda: NOW).write()
    kept, aside = await asyncio.to_thread(TrafficFile(tmp_path).read, NOW)

    assert (TRAFFIC, None) == (traffic_of(kept, NOW), aside)


def test_names_of_another_release_are_left_out() -> None:
    """A later one may know more classes of channel."""
    kept = {"acme/drop": {"widget": HISTOGRAM, "hologram": HISTOGRAM}, "no name": {"widget": b""}}

    assert traffic_of(kept, NOW) == TRAFFIC


def test_faded_traffic_is_left_out() -> None:
    """Nothing was asked for twelve half-lives, so the island begins from what is usual."""
    kept = {"acme/drop": {"widget": HISTOGRAM + struct.pack("<d", NOW.timestamp() - 12 * 86_400 - 1)}}

    assert {} == traffic_of(kept, NOW)


def test_histogram_of_a_release_that_kept_no_time_is_of_now() -> None:
    """It is not known how old it is, and it fades from now on."""
    assert traffic_of({"acme/drop": {"widget": HISTOGRAM}}, NOW) == TRAFFIC


async def test_full_disk_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The PoP goes on; when there is room again, that is told, too."""
    file = TrafficFile(tmp_path)
    write = file.write
    with ThreadPoolExecutor(1) as thread:
        keeper = TrafficKeeper(file, thread, traffic=lambda _: TRAFFIC, now=lambda: NOW)
        monkeypatch.setattr(file, "write", _full)
        await keeper.write()
        await keeper.write()
        monkeypatch.setattr(file, "write", write)
        await keeper.write()
    printed = capsys.readouterr().out

    assert 1 == printed.count("traffic cannot be kept")
    assert 1 == printed.count("traffic is kept again")


def _full(kept: KeptTraffic) -> None:
    raise DiskFullError(f"no room for {len(kept)} islands")
